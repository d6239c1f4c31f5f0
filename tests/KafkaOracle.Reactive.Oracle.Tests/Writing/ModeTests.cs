using System.ComponentModel.DataAnnotations;
using System.Globalization;
using CsCheck;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>What each mode leaves in a table, against a model that takes one row after the other.</summary>
public sealed class ModeTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Modes => [.. Tables.Keys];

    private static readonly Dictionary<string, Func<OracleTable<Entry>, OracleTable<Entry>>> Tables = new()
    {
        ["insert"] = t => t.Insert(),
        ["upsert"] = t => t.Upsert(),
        ["tombstones"] = t => t.Upsert(e => e.Note == "gone"),
        ["insert if absent"] = t => t.InsertIfAbsent(),
        ["update"] = t => t.Update(),
        ["delete"] = t => t.Delete(),
        ["revision"] = t => t.Revision(e => e.Revision),
        ["accumulate"] = t => t.Accumulate(a => a.Sum(e => e.Amount, e => e.Lines).Max(e => e.Revision).Min(e => e.Smallest).First(e => e.Opened).Last(e => e.Note)),
    };

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task However_rows_are_cut_into_epochs_and_arrays_the_table_is_as_if_they_came_one_by_one(string mode)
    {
        await using var server = Server.Start();
        var number = 0;
        await Gen.Select(Entries, Gen.Int[1, 40], Gen.OneOfConst(1, 2, 3, 7, 1000)).SampleAsync(async (rows, epochRows, arrayRows) =>
        {
            var name = $"T{Interlocked.Increment(ref number)}";
            var table = Tables[mode](OracleTable.For<Entry>(name));
            var epochs = new Epochs(Sales);
            await using (var writer = await server.Store(o => o.ArrayRows = arrayRows).OpenAsync(name, [table], Stop))
            {
                // Half of the keys are there before.
                await server.RunAsync($"INSERT INTO {name} (ID, LINES, REVISION, NOTE) SELECT LEVEL * 2, 1, 3, 'old' FROM DUAL CONNECT BY LEVEL <= 4");
                foreach (var chunk in rows.Chunk(epochRows)) await writer.SendAsync(epochs.Next([Epochs.Batch(table, chunk)]), Stop);
                await writer.CompleteAsync();
            }

            var model = new Dictionary<int, Entry>();
            for (var id = 2; id <= 8; id += 2) model[id] = new(id, null, 1, 3, null, null, "old");
            var refused = rows.Where(row => !Apply(model, mode, row)).Select(r => r.Id).ToList();

            (await server.QueryAsync($"SELECT * FROM {name} ORDER BY ID")).Should().Equal(model.Values.OrderBy(e => e.Id).Select(Text));
            var rejected = await server.QueryAsync($"SELECT PAYLOAD FROM {name}_REJECTS");
            if (mode is "insert" or "accumulate") rejected.Should().HaveCount(refused.Count);
            else rejected.Count.Should().BeLessThanOrEqualTo(refused.Count, "a row whose successor came in the same epoch is not sent");
        }, iter: 20, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Of_a_hundred_thousand_rows_a_hundred_bad_ones_cost_three_round_trips_at_the_most(string mode)
    {
        const int rows = 100_000, bad = 100;
        await using var server = Server.Start();
        await using var trips = new RoundTrips(server.ConnectionString);
        var clean = await CallsAsync("CLEAN", 0);
        var disturbed = await CallsAsync("DISTURBED", bad);

        (await server.CountAsync("DISTURBED_REJECTS")).Should().Be(bad);
        (await server.CountAsync("CLEAN_REJECTS")).Should().Be(0);
        (disturbed - clean).Should().BeLessThanOrEqualTo(3, "a clean epoch takes {0}", clean);
        var (kept, note) = mode switch { "delete" => (bad, "old"), "insert if absent" => (rows - bad, "good"), "update" => (rows, "good"), _ => (rows - bad, "good") };
        (await server.QueryAsync($"SELECT COUNT(*), COUNT(CASE WHEN NOTE = '{note}' THEN 1 END) FROM DISTURBED")).Should().Equal(mode == "update" ? $"{kept}|{rows - bad}" : $"{kept}|{kept}");

        async Task<int> CallsAsync(string name, int wrong)
        {
            var table = Tables[mode](OracleTable.For<Entry>(name));
            await using var writer = await server.Store(connectionString: trips.ConnectionString).OpenAsync(name, [table], Stop);
            if (mode is "update" or "delete")
                await server.RunAsync($"INSERT INTO {name} (ID, LINES, REVISION, NOTE) SELECT LEVEL - 1, 1, 3, 'old' FROM DUAL CONNECT BY LEVEL <= {rows}");
            if (mode == "delete")
            {
                // A row that others refer to cannot be deleted.
                await server.RunAsync($"CREATE TABLE {name}_CHILD (ID NUMBER(10) REFERENCES {name} (ID))");
                if (wrong > 0) await server.RunAsync($"INSERT INTO {name}_CHILD SELECT (LEVEL - 1) * {rows / wrong} FROM DUAL CONNECT BY LEVEL <= {wrong}");
            }
            var batch = Epochs.Batch(table, Enumerable.Range(0, rows).Select(i => new Entry(i, 1, 1, 5, null, null, wrong > 0 && i % (rows / wrong) == 0 ? "too long a note" : "good")));
            trips.Take();
            await writer.SendAsync(new Epochs(Sales).Next([batch]), Stop);
            await writer.CompleteAsync();
            return trips.Take();
        }
    }

    [Fact]
    public async Task A_key_that_another_session_inserts_meanwhile_is_merged_and_not_rejected()
    {
        await using var server = Server.Start();
        var table = Tables["accumulate"](OracleTable.For<Entry>("T"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async lane =>
        {
            await using var writer = await server.Store().OpenAsync("p", [table], Stop);
            var epochs = new Epochs(new LogPartition("sales", lane));
            for (var i = 0; i < 25; i++) await writer.SendAsync(epochs.Next([Epochs.Batch(table, [new(i, 1, 1, lane, null, null, null)])]), Stop);
            await writer.CompleteAsync();
        }));

        (await server.QueryAsync("SELECT COUNT(*), SUM(AMOUNT), SUM(LINES), MIN(REVISION), MAX(REVISION) FROM T")).Should().Equal("25|100|100|3|3");
        (await server.CountAsync("P_REJECTS")).Should().Be(0);
    }

    [Fact]
    public async Task A_row_for_which_the_whole_array_is_refused_is_found()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS").Upsert();
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        // As Oracle does when a text is too long to be bound to a MERGE: the array fails as one, and no row is named.
        var sizes = new Queue<bool>([true, true, false, true, true, false]);
        server.Embedded.Faults.Hook = c => c.Point == FaultPoint.BeforeExecute && c.Table == "ITEMS" && sizes.TryDequeue(out var fails) && fails ? Fault.Error(1461) : null;

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 8))]), Stop);
        await writer.CompleteAsync();

        // 0-7 fails, 0-3 fails, 0-1 goes, 2-3 fails, 2 fails, 3 goes, 4-7 go.
        (await server.QueryAsync("SELECT ID FROM ITEMS ORDER BY ID")).Should().Equal("0", "1", "3", "4", "5", "6", "7");
        (await server.QueryAsync("SELECT ORA_CODE, TOPIC_OFFSET FROM P_REJECTS")).Should().Equal("1461|2");
    }

    [Fact]
    public async Task A_sum_that_a_decimal_cannot_hold_is_left_to_the_database()
    {
        await using var server = Server.Start();
        var table = Tables["accumulate"](OracleTable.For<Entry>("T"));
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        decimal[] amounts = [decimal.MaxValue, 0.1m, decimal.MaxValue, -0.3m];

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, [.. amounts.Select(a => new Entry(1, a, int.MaxValue, 1, null, null, null)), new(2, 0.1m, 1, 1, null, null, null), new(2, 0.2m, 1, 1, null, null, null)])]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync("SELECT ID, TO_CHAR(AMOUNT), LINES FROM T ORDER BY ID")).Should().Equal("1|158456325028528675187087900669.8|8589934588", "2|.3|2");
    }

    private static readonly Gen<Entry[]> Entries = Gen.Select(
            Gen.Int[1, 8], Gen.Int[-500, 500].Select(i => i / 100m).Nullable(0.3), Gen.Int[1, 3], Gen.Long[0, 6], Gen.Int[0, 90].Select(s => new DateTime(2026, 1, 1).AddSeconds(s)).Nullable(0.3),
            Gen.OneOfConst("a", "b", null), Gen.Frequency((4, Gen.OneOfConst("x", "y", null)), (1, Gen.Const("gone")!), (1, Gen.Const("too long for it")!)))
        .Select((id, amount, lines, revision, smallest, opened, note) => new Entry(id, amount, lines, revision, smallest, opened, note)).Array[0, 60];

    /// <summary>Does to the model what one row does to the table. False: the database would refuse it.</summary>
    private static bool Apply(Dictionary<int, Entry> model, string mode, Entry row)
    {
        var isThere = model.TryGetValue(row.Id, out var old);
        var fits = row.Note is null or { Length: <= 5 };
        switch (mode)
        {
            case "insert" when isThere:
            case "insert" or "upsert" or "tombstones" or "accumulate" when !fits:
            case "insert if absent" when !isThere && !fits:
            case "update" when isThere && !fits:
            case "revision" when !fits && (!isThere || row.Revision > old!.Revision):
                return false;
            case "insert" or "upsert":
            case "tombstones" when row.Note != "gone":
            case "insert if absent" when !isThere:
            case "update" when isThere:
            case "revision" when !isThere || row.Revision > old!.Revision:
                model[row.Id] = row;
                return true;
            case "delete" or "tombstones":
                model.Remove(row.Id);
                return true;
            case "accumulate":
                model[row.Id] = !isThere ? row : new(row.Id, Added(old!.Amount, row.Amount), old.Lines + row.Lines, Math.Max(old.Revision, row.Revision), Lower(old.Smallest, row.Smallest), old.Opened, row.Note);
                return true;
            default:
                return true;
        }
    }

    private static decimal? Added(decimal? one, decimal? other) => one is null || other is null ? one ?? other : one + other;

    private static DateTime? Lower(DateTime? one, DateTime? other) => one is null || other is null ? one ?? other : one < other ? one : other;

    private static string Text(Entry e) => string.Join('|', new object?[] { e.Id, e.Amount?.ToString("0.####", CultureInfo.InvariantCulture), e.Lines, e.Revision, e.Smallest?.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture), e.Opened, e.Note }
        .Select(v => v is null ? "-" : Convert.ToString(v, CultureInfo.InvariantCulture)));

    internal sealed record Entry([property: Key] int Id, decimal? Amount, int Lines, long Revision, DateTime? Smallest, [property: MaxLength(5)] string? Opened, [property: MaxLength(5)] string? Note);
}
