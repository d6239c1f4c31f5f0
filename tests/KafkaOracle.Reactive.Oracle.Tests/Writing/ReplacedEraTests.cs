using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>An epoch that replaces an era: deletions, rows and ledger are one transaction.</summary>
public sealed class ReplacedEraTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_eras_rows_go_from_every_table_that_keeps_it_and_the_new_ones_come()
    {
        await using var server = Server.Any();
        OracleTable<Item> first = OracleTable.For<Item>(server.Name("FIRST")).EraColumn(), second = OracleTable.For<Item>(server.Name("SECOND")).Upsert().EraColumn("ERA"), sides = OracleTable.For<Item>(server.Name("SIDES"));
        var epochs = new Epochs(Sales);
        await using var writer = await server.Store().OpenAsync(server.Name("replaced"), [first, second, sides], Stop);

        await writer.SendAsync(epochs.Next([Batch(first, (1, 0), (2, 1), (3, 1)), Batch(second, (1, 0), (2, 1)), Epochs.Batch(sides, [new(1, "s")])]), Stop);
        await writer.SendAsync(Replacing(1, epochs.Next([Batch(first, (3, 1), (4, 1))])), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT ID FROM {first.Name} ORDER BY ID")).Should().Equal("1", "3", "4");
        (await server.QueryAsync($"SELECT ID FROM {second.Name} ORDER BY ID")).Should().Equal("1");
        (await server.CountAsync(sides.Name)).Should().Be(1);
    }

    [Fact]
    public async Task A_lane_replaces_its_own_rows_and_a_single_one_those_of_all()
    {
        await using var server = Server.Any();
        OracleTable<Item> table = OracleTable.For<Item>(server.Name("ITEMS")).EraColumn(lane: "LANE"), ofNoLane = OracleTable.For<Item>(server.Name("OTHERS")).EraColumn();
        var epochs = new Epochs(Sales);
        await WriteAsync(
            epochs.Next([Batch(table, (1, 0, 0), (2, 1, 0), (3, 0, 1), (4, 1, 1), (5, 1, null)), Batch(ofNoLane, (1, 1, 0))]),
            Replacing(1, epochs.Next([Batch(table, (6, 1, 1))]), lane: 1));
        (await server.QueryAsync($"SELECT ID, LANE FROM {table.Name} ORDER BY ID")).Should().Equal("1|0", "2|0", "3|1", "5|-1", "6|1");
        (await server.CountAsync(ofNoLane.Name)).Should().Be(1, "its rows are other lanes'");

        await WriteAsync(Replacing(1, epochs.Next([Batch(table, (7, 1, null))])));
        (await server.QueryAsync($"SELECT ID, LANE FROM {table.Name} ORDER BY ID")).Should().Equal("1|0", "3|1", "7|-1");

        async Task WriteAsync(params Epoch[] written)
        {
            await using var writer = await server.Store().OpenAsync(server.Name("lanes"), [table, ofNoLane], Stop);
            foreach (var epoch in written) await writer.SendAsync(epoch, Stop);
            await writer.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_connection_lost_before_the_commit_loses_no_row_and_doubles_none()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS").EraColumn();
        var epochs = new Epochs(Sales);
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        await writer.SendAsync(epochs.Next([Batch(table, (1, 0), (2, 1))]), Stop);
        var faults = 0;
        server.Embedded.Faults.Hook = c => c.Point is FaultPoint.BeforeCommit or FaultPoint.AfterCommit && faults++ == 1 ? Fault.Drop() : null;

        await writer.SendAsync(Replacing(1, epochs.Next([Batch(table, (2, 1), (3, 1))])), Stop);
        await writer.CompleteAsync();

        faults.Should().BeGreaterThan(1);
        (await server.QueryAsync("SELECT ID FROM ITEMS ORDER BY ID")).Should().Equal("1", "2", "3");
    }

    private static Epoch Replacing(int hour, Epoch epoch, int? lane = null)
        => new() { Id = epoch.Id, Number = epoch.Number, Ledger = epoch.Ledger, Batches = epoch.Batches, Rejects = epoch.Rejects, Lane = lane, ReplacedEra = Epochs.Noon.AddHours(hour) };

    private static RowBatch<Item> Batch(OracleTable<Item> table, params (int Id, int Hour)[] rows)
        => Batch(table, [.. rows.Select(r => (r.Id, r.Hour, (int?)null))]);

    private static RowBatch<Item> Batch(OracleTable<Item> table, params (int Id, int Hour, int? Lane)[] rows)
    {
        var batch = table.NewBatch();
        foreach (var (id, hour, lane) in rows) batch.Add(new(id, "t"), new(new("sales", 0, id), Epochs.Noon, Epochs.Noon.AddHours(hour), lane));
        return batch;
    }
}
