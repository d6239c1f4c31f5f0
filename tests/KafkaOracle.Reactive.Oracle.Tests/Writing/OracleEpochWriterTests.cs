using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class OracleEpochWriterTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Epochs_commit_in_their_order_and_are_told_of()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Item>(server.Name("ITEMS")).Upsert();
        var epochs = new Epochs(Sales);
        var told = new List<long>();
        var ended = false;
        await using var writer = await server.Store().OpenAsync(server.Name("order"), [table], Stop);
        using var _ = writer.Committed.Subscribe(c => told.Add(c.Epoch.Number), () => ended = true);

        // Each epoch writes the same key: the last one must stay.
        for (var i = 1; i <= 30; i++) (await writer.SendAsync(epochs.Next([Epochs.Batch(table, [new Item(1, $"v{i}")])]), Stop)).Should().BeTrue();
        await writer.CompleteAsync();

        told.Should().Equal(Enumerable.Range(1, 30).Select(i => (long)i));
        ended.Should().BeTrue();
        writer.Completion.IsCompletedSuccessfully.Should().BeTrue();
        (await server.QueryAsync($"SELECT TEXT FROM {table.Name}")).Should().Equal("v30");
    }

    [Fact]
    public async Task Of_one_key_twice_in_an_epoch_the_last_row_stays()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Item>(server.Name("ITEMS")).Upsert();
        await using var writer = await server.Store(o => o.ArrayRows = 2).OpenAsync(server.Name("upsert"), [table], Stop);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, [new(1, "a"), new(1, "b"), new(2, "c"), new(1, "d"), new(2, null)])]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT ID, TEXT FROM {table.Name} ORDER BY ID")).Should().Equal("1|d", "2|-");
    }

    [Fact]
    public async Task Sending_waits_while_the_bound_is_reached()
    {
        await using var server = Server.Start();
        var epochs = new Epochs(Sales);
        await using var writer = await server.Store(o => o.QueuedEpochs = 1).OpenAsync("p", [], Stop);
        var held = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        server.Embedded.Faults.Hook = c =>
        {
            if (c.Point != FaultPoint.BeforeCommit) return null;
            reached.TrySetResult();
            return Fault.Hold(held.Task);
        };

        var sends = new List<Task<bool>> { writer.SendAsync(epochs.Next(), Stop) };
        await reached.Task.WaitAsync(Stop);
        for (var i = 0; i < 3; i++) sends.Add(writer.SendAsync(epochs.Next(), Stop));
        var waits = !sends[^1].IsCompleted;
        held.SetResult();

        (await Task.WhenAll(sends)).Should().OnlyContain(accepted => accepted);
        await writer.CompleteAsync();
        waits.Should().BeTrue("one commits, one is bound, one waits at the most");
    }

    [Fact]
    public async Task A_second_writer_fences_the_first_which_then_writes_nothing()
    {
        await using var server = Server.Any();
        var (table, pipeline) = (OracleTable.For<Item>(server.Name("ITEMS")), server.Name("fence"));
        var store = server.Store();
        await using var zombie = await store.OpenAsync(pipeline, [table], Stop);
        var old = new Epochs(Sales);
        await zombie.SendAsync(old.Next([Epochs.Batch(table, Item.Range(0, 10))]), Stop);
        await CommittedAsync(zombie, () => server.CountAsync(table.Name), 10);

        await using var heir = await store.OpenAsync(pipeline, [table], Stop);
        await heir.SendAsync(Epochs.After(heir.Ledger, Sales).Next([Epochs.Batch(table, Item.Range(100, 10))]), Stop);
        await heir.CompleteAsync();
        await zombie.SendAsync(old.Next([Epochs.Batch(table, Item.Range(200, 10))], [Reject()]), Stop);

        (await zombie.Awaiting(z => z.Completion).Should().ThrowAsync<FencedException>()).Which.Message.Should()
            .Contain($"'{pipeline}'").And.Contain("sales[0]").And.Contain("stands at epoch 2").And.Contain("commit epoch 2").And.Contain("rolled back");
        (await zombie.SendAsync(old.Next(), Stop)).Should().BeFalse();
        (await server.QueryAsync($"SELECT MIN(ID), MAX(ID), COUNT(*) FROM {table.Name}")).Should().Equal("0|109|20");
        (await server.CountAsync($"{OracleName.FromClr(pipeline)}_REJECTS")).Should().Be(0);
    }

    [Fact]
    public async Task Of_two_writers_that_begin_together_one_is_fenced()
    {
        await using var server = Server.Any();
        var (table, pipeline) = (OracleTable.For<Item>(server.Name("ITEMS")), server.Name("first"));
        await using var one = await server.Store().OpenAsync(pipeline, [table], Stop);
        await using var other = await server.Store().OpenAsync(pipeline, [table], Stop);

        await one.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, [new(1, "one")])]), Stop);
        await one.CompleteAsync();
        await other.SendAsync(new Epochs(Sales, new LogPartition("sales", 1)).Next([Epochs.Batch(table, [new(2, "two")])]), Stop);

        await other.Awaiting(o => o.CompleteAsync()).Should().ThrowAsync<FencedException>();
        (await server.QueryAsync($"SELECT ID FROM {table.Name}")).Should().Equal("1");
        (await server.QueryAsync($"SELECT COUNT(*) FROM KAFKAORACLE_LEDGER WHERE PIPELINE = '{pipeline}'")).Should().Equal("1");
    }

    [Fact]
    public async Task Lanes_of_one_pipeline_do_not_fence_each_other()
    {
        await using var server = Server.Any();
        var (table, pipeline) = (OracleTable.For<Item>(server.Name("ITEMS")), server.Name("lanes"));
        var store = server.Store();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async lane =>
        {
            await using var writer = await store.OpenAsync(pipeline, [table], Stop);
            var epochs = new Epochs(new LogPartition("sales", lane));
            for (var i = 0; i < 5; i++) await writer.SendAsync(epochs.Next([Epochs.Batch(table, Item.Range(lane * 1000 + i * 10, 10))]), Stop);
            await writer.CompleteAsync();
        }));

        (await server.CountAsync(table.Name)).Should().Be(150);
    }

    [Fact]
    public async Task Disposing_in_the_middle_of_an_epoch_leaves_nothing_half_written()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        var reached = new TaskCompletionSource();
        var writer = await server.Store().OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(
            FaultPoint.AfterExecute, Fault.Hold(new TaskCompletionSource().Task), c =>
            {
                if (c.Sql?.StartsWith("INSERT INTO \"ITEMS\"", StringComparison.Ordinal) != true) return false;
                reached.TrySetResult();
                return true;
            });
        var epochs = new Epochs(Sales);
        await writer.SendAsync(epochs.Next([Epochs.Batch(table, Item.Range(0, 10))]), Stop);
        await writer.SendAsync(epochs.Next([Epochs.Batch(table, Item.Range(10, 10))]), Stop);
        await reached.Task.WaitAsync(Stop);

        await writer.DisposeAsync();
        await writer.DisposeAsync();

        await writer.Awaiting(w => w.Completion).Should().ThrowAsync<OperationCanceledException>();
        (await writer.SendAsync(epochs.Next(), Stop)).Should().BeFalse();
        (await server.CountAsync("ITEMS")).Should().Be(0);
        (await server.CountAsync("KAFKAORACLE_LEDGER")).Should().Be(0);
    }

    [Fact]
    public async Task A_table_that_went_missing_stops_the_writer_with_its_code()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        await server.RunAsync("DROP TABLE ITEMS");
        var errors = new List<Exception>();
        using var _ = writer.Committed.Subscribe(c => { }, errors.Add);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 2))]), Stop);

        var stopped = (await writer.Awaiting(w => w.Completion).Should().ThrowAsync<OracleStoreException>()).Which;
        stopped.Number.Should().Be(942);
        stopped.IsTransient.Should().BeFalse();
        stopped.Message.Should().Contain("'p'").And.Contain("epoch 1").And.Contain("Nothing of it was written");
        errors.Should().Equal(stopped);
        (await server.CountAsync("KAFKAORACLE_LEDGER")).Should().Be(0);
    }

    [Fact]
    public async Task An_epoch_that_could_not_be_fenced_is_refused_at_the_call()
    {
        await using var server = Server.Start();
        await using var writer = await server.Store().OpenAsync("p", [], Stop);

        await writer.Awaiting(w => w.SendAsync(new Epochs().Next(), Stop)).Should().ThrowAsync<ArgumentException>();
    }

    private static Reject Reject() => new(RejectKind.Late, "late", new Position("sales", 0, 1), Epochs.Noon, null, null);

    private static async Task CommittedAsync(IEpochWriter writer, Func<Task<long>> count, long expected)
    {
        // The ledger row is committed together with the rows, so reading until they show is enough.
        while (await count() != expected)
        {
            writer.Completion.IsFaulted.Should().BeFalse();
            await Task.Yield();
        }
    }
}
