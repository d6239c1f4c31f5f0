using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class FaultTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(1555)]
    public async Task An_opening_is_tried_again_after_errors_that_pass(int code)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        var store = server.Store();
        var fault = code == 0 ? Fault.Drop() : Fault.Error(code);
        for (var at = 0; at < 6; at++)
        {
            server.Embedded.Faults.Next(FaultPoint.BeforeExecute, fault, skip: at);
            await using var writer = await store.OpenAsync("p", [table], Stop);
            server.Embedded.Faults.Clear();
        }

        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, fault);
        (await FluentActions.Awaiting(() => store.OpenAsync("p", [table], Stop)).Should().ThrowAsync<OracleStoreException>()).Which.IsTransient.Should().BeTrue();
        server.Embedded.Faults.Clear();
    }

    public static TheoryData<FaultPoint, string> Losses()
    {
        var data = new TheoryData<FaultPoint, string>();
        foreach (var point in new[] { FaultPoint.BeforeCommit, FaultPoint.AfterCommit, FaultPoint.BeforeExecute, FaultPoint.AfterExecute })
            foreach (var how in new[] { "FIN", "RST" }) data.Add(point, how);
        return data;
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_connection_lost_at_any_point_leaves_the_rows_there_once(FaultPoint point, string how)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        var told = new List<(long, int)>();
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        using var _ = writer.Committed.Subscribe(c => told.Add((c.Epoch.Number, c.Quarantined)));
        var epochs = new Epochs(Sales);

        // The first commit of a new ledger row and that of one that exists take different roads.
        for (var i = 0; i < 2; i++)
        {
            server.Embedded.Faults.Next(point, Fault.Drop(how == "RST"));
            (await writer.SendAsync(epochs.Next([Epochs.Batch(table, [.. Item.Range(i * 100, 50), new Item(i * 100 + 99, "too long")])]), Stop)).Should().BeTrue();
        }
        await writer.CompleteAsync();

        told.Should().Equal((1, 1), (2, 1));
        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM ITEMS")).Should().Equal("100|100");
        (await server.CountAsync("P_REJECTS")).Should().Be(2);
        (await server.QueryAsync("SELECT EPOCH_NUMBER FROM KAFKAORACLE_LEDGER")).Should().Equal("2");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(12541)]
    [InlineData(1013)]
    public async Task What_may_pass_is_tried_again(int code)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(code), c => c.Sql?.StartsWith("INSERT INTO \"ITEMS\"", StringComparison.Ordinal) == true);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await writer.CompleteAsync();

        (await server.CountAsync("ITEMS")).Should().Be(5);
    }

    [Fact]
    public async Task A_server_that_refuses_connections_for_a_while_is_waited_for()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(connectionString: server.ConnectionString + ";Pooling=false").OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.AfterCommit, Fault.Drop());
        for (var i = 0; i < 3; i++) server.Embedded.Faults.Next(FaultPoint.Connect, Fault.Error(12514));

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await writer.CompleteAsync();

        (await server.CountAsync("ITEMS")).Should().Be(5);
    }

    [Fact]
    public async Task A_commit_in_doubt_that_another_process_went_past_is_fenced()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        var store = server.Store();
        await using var writer = await store.OpenAsync("p", [table], Stop);
        var held = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        server.Embedded.Faults.Next(FaultPoint.BeforeCommit, Fault.Drop());
        server.Embedded.Faults.Next(
            FaultPoint.BeforeExecute, Fault.Hold(held.Task), c =>
            {
                if (c.Sql?.EndsWith("FOR UPDATE", StringComparison.Ordinal) != true) return false;
                reached.TrySetResult();
                return true;
            });
        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await reached.Task.WaitAsync(Stop);

        await using (var heir = await store.OpenAsync("p", [table], Stop))
        {
            await heir.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(100, 5))]), Stop);
            await heir.CompleteAsync();
        }
        held.SetResult();

        await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<FencedException>();
        (await server.QueryAsync("SELECT MIN(ID), COUNT(*) FROM ITEMS")).Should().Equal("100|5");
    }

    [Fact]
    public async Task A_commit_that_the_server_refuses_is_no_reason_to_go_on_trying()
    {
        await using var server = Server.Start();
        await using var writer = await server.Store().OpenAsync("p", [], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeCommit, Fault.Error(2091, "transaction rolled back"));

        await writer.SendAsync(new Epochs(Sales).Next(), Stop);

        (await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<OracleStoreException>()).Which.Number.Should().Be(2091);
    }

    [Fact]
    public async Task When_the_time_for_retries_is_over_the_writer_stops_with_what_it_was_waiting_for()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.RetryTimeout = TimeSpan.Zero).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(60), c => c.Sql?.Contains("ITEMS", StringComparison.Ordinal) == true);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);

        var stopped = (await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<OracleStoreException>()).Which;
        (stopped.Number, stopped.IsTransient).Should().Be((60, true));
        stopped.Message.Should().Contain("Nothing of it was written");
        (await server.CountAsync("ITEMS")).Should().Be(0);
    }

    [Fact]
    public async Task A_commit_whose_outcome_nobody_could_find_out_is_told_as_such()
    {
        await using var server = Server.Start();
        await using var writer = await server.Store(o => o.RetryTimeout = TimeSpan.Zero).OpenAsync("p", [], Stop);
        server.Embedded.Faults.Next(FaultPoint.AfterCommit, Fault.Drop());

        await writer.SendAsync(new Epochs(Sales).Next(), Stop);

        (await writer.Awaiting(w => w.CompleteAsync()).Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("Whether it was committed is not known");
        (await server.CountAsync("KAFKAORACLE_LEDGER")).Should().Be(1);
    }

    [Fact]
    public async Task A_connection_that_died_while_idle_is_replaced()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        server.Embedded.DropConnections(reset: true);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await writer.CompleteAsync();

        (await server.CountAsync("ITEMS")).Should().Be(5);
    }
}
