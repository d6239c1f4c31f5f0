using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Text;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class RejectsTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_get_there_once_after_the_table_was_mended()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await WriteAsync(server, table, [new(1, "a"), new(2, "too long"), new(3, "much too long"), new(1, "b")]);
        await server.RunAsync("ALTER TABLE ITEMS MODIFY TEXT VARCHAR2(8 CHAR)");
        var rejects = server.Store().Rejects("p");

        (await rejects.ReplayAsync(table, stop: Stop)).Should().Be(new ReplayResult(1, 2));
        (await rejects.ReplayAsync(table, stop: Stop)).Should().Be(new ReplayResult(0, 2));
        (await rejects.ReplayAsync(table, i => i with { Id = i.Id + 10, Text = i.Text![..1] }, Stop)).Should().Be(new ReplayResult(2, 0));
        (await rejects.ReplayAsync(table, stop: Stop)).Should().Be(new ReplayResult(0, 0));

        (await server.QueryAsync("SELECT ID, TEXT FROM ITEMS ORDER BY ID")).Should().Equal("1|a", "2|too long", "11|b", "13|m");
        (await server.QueryAsync("SELECT COUNT(*), COUNT(REPLAYED_AT) FROM P_REJECTS")).Should().Equal("3|3");
    }

    [Fact]
    public async Task A_row_that_is_refused_again_has_the_new_reason()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await WriteAsync(server, table, [new(1, "a"), new(2, "too long")]);

        await server.Store().Rejects("p").ReplayAsync(table, i => i with { Id = 1, Text = "b" }, Stop);

        (await server.QueryAsync("SELECT ORA_CODE, REASON, REPLAYED_AT FROM P_REJECTS")).Single().Should().StartWith("1|ORA-00001").And.EndWith("|-");
    }

    [Fact]
    public async Task Values_of_every_type_survive_the_payload()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Wide>("WIDE").Column(r => r.Zoned, OracleType.TimestampTz());
        var at = new DateTime(2026, 1, 2, 3, 4, 5).AddTicks(1234567);
        Wide[] rows =
        [
            new(1, double.NaN, float.NegativeInfinity, BigInteger.Pow(10, 25) + 1, 0.0000000000000000000000000001m, [0, 255], Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), at, new(at, TimeSpan.Zero), new(at, TimeSpan.FromHours(-7)), new(2026, 1, 2), -TimeSpan.FromTicks(1), DayOfWeek.Friday, "\"\\漢\n", false),
            new(2, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
        ];
        await WriteAsync(server, table, rows);
        await server.RunAsync("CREATE TABLE COPY AS SELECT * FROM WIDE");
        await server.RunAsync("UPDATE COPY SET ID = ID + 10");
        // The same keys again are refused; then they are replayed under other keys.
        await WriteAsync(server, table, rows, 2);

        (await server.Store().Rejects("p").ReplayAsync(table, w => w with { Id = w.Id + 10 }, Stop)).Should().Be(new ReplayResult(2, 0));

        (await server.QueryAsync("SELECT * FROM WIDE WHERE ID > 10 ORDER BY ID")).Should().Equal(await server.QueryAsync("SELECT * FROM COPY ORDER BY ID"));
    }

    [Fact]
    public async Task Messages_are_replayed_by_a_function_of_the_users()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        Reject[] messages =
        [
            new(RejectKind.Undecodable, "bad", new("sales", 0, 1), null, null, "7,x"u8.ToArray()),
            new(RejectKind.Late, "late", new("sales", 0, 2), Epochs.Noon, Encoding.UTF8.GetBytes("k"), "8,y"u8.ToArray()),
            new(RejectKind.Undecodable, "bad", new("sales", 0, 3), null, null, [0xff, 0xfe]),
        ];
        await WriteAsync(server, table, [new(1, "too long")], 1, messages);
        var rejects = server.Store().Rejects("p");

        var result = await rejects.ReplayMessagesAsync<Item>(table, m => m.Payload is [0xff, ..] ? null : m.Decode(Decode), Stop);

        result.Should().Be(new ReplayResult(2, 0));
        (await server.QueryAsync("SELECT ID, TEXT FROM ITEMS ORDER BY ID")).Should().Equal("7|x1", "8|y2");
        (await server.QueryAsync("SELECT TOPIC_OFFSET, KIND FROM P_REJECTS WHERE REPLAYED_AT IS NULL ORDER BY TOPIC_OFFSET")).Should().Equal("0|Refused", "3|Undecodable");
        (await rejects.ReplayMessagesAsync<Item>(table, m => m.Payload is [0xff, ..] ? null : m.Decode(Decode), Stop)).Should().Be(new ReplayResult(0, 0));

        static Item Decode(in RawMessage message)
        {
            var parts = Encoding.UTF8.GetString(message.Value).Split(',');
            return new(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1] + message.Offset);
        }
    }

    [Fact]
    public async Task A_message_is_replayed_with_its_headers_and_its_time_stamp()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        Header[] headers = [new("a", "1"u8.ToArray()), new("none", null), new("empty", Array.Empty<byte>()), new("a", new byte[] { 0xff, 0 }), new("nul", new byte[] { 0 })];
        var at = Epochs.Noon.AddMilliseconds(7);
        await WriteAsync(server, table, [], 1,
        [
            new(RejectKind.Undecodable, "bad", new("sales", 0, 1), null, null, "7"u8.ToArray()) { Timestamp = at, Headers = Headers.Of(headers) },
            new(RejectKind.Undecodable, "bad", new("sales", 0, 2), null, null, "8"u8.ToArray()),
        ]);
        var seen = new List<Reject>();

        await server.Store().Rejects("p").ReplayMessagesAsync<Item>(table, m =>
        {
            seen.Add(m);
            return m.Decode((in RawMessage raw) => new Item(int.Parse(Encoding.UTF8.GetString(raw.Value), System.Globalization.CultureInfo.InvariantCulture), raw.Headers.Text("a") ?? "none"));
        }, Stop);

        seen.Select(m => m.Timestamp).Should().Equal(at, default);
        seen[0].Headers.Select(h => (h.Name, h.Value is { } v ? Convert.ToHexString(v.Span) : null)).Should().Equal(headers.Select(h => (h.Name, h.Value is { } v ? Convert.ToHexString(v.Span) : null)));
        seen[1].Headers.Should().BeEmpty();
        (await server.QueryAsync("SELECT MESSAGE_HEADERS FROM P_REJECTS WHERE TOPIC_OFFSET = 1")).Should().Equal(
            """[{"name":"a","text":"1"},{"name":"none","text":null},{"name":"empty","text":""},{"name":"a","base64":"/wA="},{"name":"nul","base64":"AA=="}]""");
    }

    [Fact]
    public async Task A_table_of_rejects_of_an_older_version_is_refused_with_the_statement_that_mends_it()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await WriteAsync(server, table, [new(1, "a")]);
        await server.RunAsync("ALTER TABLE P_REJECTS DROP COLUMN MESSAGE_HEADERS");

        var refused = await FluentActions.Awaiting(() => WriteAsync(server, table, [new(2, "b")], 2)).Should().ThrowAsync<Exception>();

        refused.Which.Message.Should().Contain("ALTER TABLE \"P_REJECTS\" ADD").And.Contain("MESSAGE_HEADERS");
        (await server.CountAsync("ITEMS")).Should().Be(1);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeCommit)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task A_replay_that_is_cut_short_is_gone_on_with_and_no_row_is_there_twice(FaultPoint point)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Keyless>("KEYLESS");
        await WriteAsync(server, table, Enumerable.Range(0, 2500).Select(i => new Keyless(i, "too long")));
        await server.RunAsync("ALTER TABLE KEYLESS MODIFY TEXT VARCHAR2(8 CHAR)");
        server.Embedded.Faults.Next(point, Fault.Drop(), skip: 1);

        await FluentActions.Awaiting(() => server.Store().Rejects("p").ReplayAsync(table, stop: Stop)).Should().ThrowAsync<OracleStoreException>();
        await server.Store().Rejects("p").ReplayAsync(table, stop: Stop);

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM KEYLESS")).Should().Equal("2500|2500");
        (await server.QueryAsync("SELECT COUNT(*) FROM P_REJECTS WHERE REPLAYED_AT IS NULL")).Should().Equal("0");
    }

    [Fact]
    public async Task Replays_side_by_side_write_each_row_once()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Keyless>("KEYLESS");
        await WriteAsync(server, table, Enumerable.Range(0, 900).Select(i => new Keyless(i, "too long")));
        await server.RunAsync("ALTER TABLE KEYLESS MODIFY TEXT VARCHAR2(8 CHAR)");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await server.Store().Rejects("p").ReplayAsync(table, stop: Stop);
            }
            catch (OracleStoreException overtaken) when (overtaken.IsTransient)
            {
                overtaken.Message.Should().Contain("replayed by somebody else");
            }
        }));

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM KEYLESS")).Should().Equal("900|900");
    }

    [Fact]
    public async Task A_flood_of_bad_rows_stops_the_run_and_leaves_nothing()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.MaxRefusedRows = 2).OpenAsync("p", [table], Stop);
        var epochs = new Epochs(Sales);

        await writer.SendAsync(epochs.Next([Epochs.Batch(table, [new(1, "a"), new(2, "too long"), new(3, "too long")])]), Stop);
        await writer.SendAsync(epochs.Next([Epochs.Batch(table, [new(4, "a"), new(5, "too long"), new(6, "too long"), new(7, "too long")])]), Stop);

        var stopped = (await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<OracleStoreException>()).Which;
        stopped.Message.Should().Contain("epoch 2").And.Contain("3 of 4 rows were refused, more than MaxRefusedRows allows in an epoch (2)").And.Contain("ITEMS: 3, for instance sales[0]@1: ORA-12899").And.Contain("Nothing of it was written");
        stopped.IsTransient.Should().BeFalse();
        (await server.CountAsync("ITEMS")).Should().Be(1);
        (await server.CountAsync("P_REJECTS")).Should().Be(2);
    }

    [Fact]
    public async Task A_share_of_bad_rows_that_is_too_large_stops_the_run_once_there_are_enough_to_tell()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.MaxRefusedShare = 0.1).OpenAsync("p", [table], Stop);
        var epochs = new Epochs(Sales);

        for (var i = 0; i < 20; i++) await writer.SendAsync(epochs.Next([Epochs.Batch(table, Enumerable.Range(i * 100, 100).Select(n => new Item(n, n % 5 == 0 ? "too long" : "a")))]), Stop);

        (await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("epoch 10").And.Contain("0.2 of the rows").And.Contain("MaxRefusedShare allows (0.1)");
        (await server.CountAsync("P_REJECTS")).Should().Be(9 * 20);
    }

    private static async Task WriteAsync<T>(Server server, OracleTable<T> table, IEnumerable<T> rows, int epoch = 1, Reject[]? messages = null)
    {
        await using var writer = await server.Store(o => (o.MaxRefusedRows, o.MaxRefusedShare) = (10_000, 1)).OpenAsync("p", [table], Stop);
        var epochs = epoch == 1 ? new Epochs(Sales) : Epochs.After(writer.Ledger, Sales);
        await writer.SendAsync(epochs.Next([Epochs.Batch(table, rows)], messages), Stop);
        await writer.CompleteAsync();
    }

    private sealed record Keyless(int Id, [property: MaxLength(5)] string? Text);

    private sealed record Wide(
        [property: Key] int Id, double? Ratio, float? Part, BigInteger? Huge, decimal? Money, byte[]? Bytes, Guid? Ref, DateTime? At, DateTimeOffset? Utc, DateTimeOffset? Zoned, DateOnly? Day, TimeSpan? Lasts, DayOfWeek? Kind, string? Text, bool? Flag);
}
