using System.Reactive.Linq;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class OverwriteTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static readonly OracleTable<Item> Table = OracleTable.For<Item>("ITEMS").Overwrite();

    private static readonly Pipeline Nightly = Pipeline.Define("nightly", lane => lane.Into(Table, lane.Topic("sales", (in RawMessage m) => new Item((int)m.Offset, null)).Select(r => r.Value)));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_old_rows_stay_until_the_swap_and_then_the_new_ones_are_there()
    {
        await using var server = Server.Start();
        await FillAsync(server, [new(1, "a"), new(2, "b")]);
        (await server.CountAsync("ITEMS")).Should().Be(0);
        (await server.Store().SwapAsync(Nightly, Stop)).Should().Be(2);
        await FillAsync(server, [new(2, "c"), new(3, "too long"), new(4, "d")]);
        (await server.QueryAsync("SELECT ID, TEXT FROM ITEMS ORDER BY ID")).Should().Equal("1|a", "2|b");

        (await server.Store().SwapAsync(Nightly, Stop)).Should().Be(2);

        (await server.QueryAsync("SELECT ID, TEXT FROM ITEMS ORDER BY ID")).Should().Equal("2|c", "4|d");
        (await server.CountAsync("ITEMS_NEXT")).Should().Be(0);
        (await server.QueryAsync("SELECT ORA_CODE, TABLE_NAME FROM NIGHTLY_REJECTS")).Should().Equal("12899|ITEMS");
    }

    [Fact]
    public async Task A_filling_goes_on_after_a_crash_and_a_new_one_begins_empty()
    {
        await using var server = Server.Start();
        await FillAsync(server, [new(1, "a")]);
        await FillAsync(server, [new(2, "b")]);
        (await server.CountAsync("ITEMS_NEXT")).Should().Be(2);
        await server.RunAsync("DELETE FROM KAFKAORACLE_LEDGER");

        await FillAsync(server, [new(3, "c")]);

        (await server.QueryAsync("SELECT ID FROM ITEMS_NEXT")).Should().Equal("3");
    }

    [Fact]
    public async Task A_second_swap_does_not_empty_the_table()
    {
        await using var server = Server.Start();
        await FillAsync(server, [new(1, "a")]);
        await server.Store().SwapAsync(Nightly, Stop);

        await FluentActions.Awaiting(() => server.Store().SwapAsync(Nightly, Stop)).Should().ThrowAsync<InvalidOperationException>().WithMessage("*nothing since*");

        (await server.CountAsync("ITEMS")).Should().Be(1);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeCommit, 1)]
    [InlineData(FaultPoint.AfterCommit, 2)]
    public async Task A_swap_that_is_cut_short_has_happened_or_not(FaultPoint point, int rows)
    {
        await using var server = Server.Start();
        await FillAsync(server, [new(1, "a")]);
        await server.Store().SwapAsync(Nightly, Stop);
        await FillAsync(server, [new(2, "b"), new(3, "c")]);
        server.Embedded.Faults.Next(point, Fault.Drop());

        await FluentActions.Awaiting(() => server.Store().SwapAsync(Nightly, Stop)).Should().ThrowAsync<OracleStoreException>();

        (await server.CountAsync("ITEMS")).Should().Be(rows);
    }

    [Fact]
    public async Task A_run_that_is_still_under_way_is_fenced()
    {
        await using var server = Server.Start();
        await FillAsync(server, [new(1, "a")]);
        await using var writer = await server.Store().OpenAsync("nightly", [Table], Stop);
        var late = Epochs.After(writer.Ledger, Sales);
        await server.Store().SwapAsync(Nightly, Stop);

        await writer.SendAsync(late.Next([Epochs.Batch(Table, [new(2, "b")])]), Stop);

        await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<FencedException>();
        (await server.CountAsync("ITEMS_NEXT")).Should().Be(0);
    }

    [Fact]
    public async Task Of_a_hundred_thousand_rows_a_hundred_bad_ones_stay_out_and_cost_three_round_trips_at_the_most()
    {
        await using var server = Server.Start();
        await using var trips = new RoundTrips(server.ConnectionString);
        var clean = await CallsAsync(0, 100_000);

        (await CallsAsync(100, 99_900) - clean).Should().BeLessThanOrEqualTo(3, "a clean epoch takes {0}", clean);

        (await server.CountAsync("NIGHTLY_REJECTS")).Should().Be(100);

        async Task<int> CallsAsync(int bad, int good)
        {
            await using var writer = await server.Store(connectionString: trips.ConnectionString).OpenAsync("nightly", [Table], Stop);
            var batch = Epochs.Batch(Table, Enumerable.Range(0, 100_000).Select(i => new Item(i, bad > 0 && i % (100_000 / bad) == 0 ? "too long" : "good")));
            trips.Take();
            await writer.SendAsync(Epochs.After(writer.Ledger, Sales).Next([batch]), Stop);
            await writer.CompleteAsync();
            var calls = trips.Take();
            (await server.Store().SwapAsync(Nightly, Stop)).Should().Be(good);
            (await server.CountAsync("ITEMS")).Should().Be(good);
            return calls;
        }
    }

    private static async Task FillAsync(Server server, IEnumerable<Item> rows)
    {
        await using var writer = await server.Store().OpenAsync("nightly", [Table], Stop);
        await writer.SendAsync(Epochs.After(writer.Ledger, Sales).Next([Epochs.Batch(Table, rows)]), Stop);
        await writer.CompleteAsync();
    }
}
