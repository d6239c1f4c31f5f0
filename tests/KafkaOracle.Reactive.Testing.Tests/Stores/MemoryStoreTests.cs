namespace KafkaOracle.Reactive.Testing.Tests;

public sealed class MemoryStoreTests
{
    private static readonly MemoryTable<string> Table = new("rows");
    private readonly MemoryStore _store = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Commits_an_epoch_whole_unless_the_ledger_holds_another()
    {
        var first = Epoch(1, null, "a", "b");
        _store.TryCommit(first).Should().BeTrue();

        _store.TryCommit(Epoch(2, null, "c")).Should().BeFalse();
        _store.TryCommit(Epoch(2, Guid.NewGuid(), "d")).Should().BeFalse();
        _store.TryCommit(Epoch(2, first.Id, "e")).Should().BeTrue();

        _store.RowsOf(Table).Should().Equal("a", "b", "e");
        _store.Ledger.Should().ContainSingle().Which.EpochNumber.Should().Be(2);
    }

    [Fact]
    public void Refuses_rows_of_other_tables_and_writes_nothing()
    {
        var epoch = new Epoch { Id = Guid.NewGuid(), Number = 1, Ledger = [], Batches = [new OtherBatch()], Rejects = [] };

        _store.Invoking(s => s.TryCommit(epoch)).Should().Throw<ArgumentException>().WithMessage("*rows*not made by a MemoryTable*PipelineTest*");
        _store.Rows.Should().BeEmpty();
    }

    [Fact]
    public async Task The_next_epoch_waits_until_one_is_committed()
    {
        _store.BeforeCommit = _ => _gate.Task;
        await using var writer = await _store.OpenAsync("p", [Table], Stop);
        var first = Epoch(1, null, "a");
        (await writer.SendAsync(first, Stop)).Should().BeTrue();
        var second = writer.SendAsync(Epoch(2, first.Id, "b"), Stop);
        second.IsCompleted.Should().BeFalse();

        _gate.SetResult();
        (await second).Should().BeTrue();
        await writer.CompleteAsync();
        await writer.Completion;

        _store.RowsOf(Table).Should().Equal("a", "b");
    }

    [Fact]
    public async Task A_commit_that_fails_stops_the_writer()
    {
        _store.BeforeCommit = epoch => epoch.Number == 2 ? throw new InvalidOperationException("boom") : Task.CompletedTask;
        await using var writer = await _store.OpenAsync("p", [Table], Stop);
        var seen = new List<string>();
        using var committed = writer.Committed.Subscribe(c => seen.Add($"{c.Epoch.Number}"), error => seen.Add(error.Message));
        var first = Epoch(1, null, "a");
        await writer.SendAsync(first, Stop);

        await writer.SendAsync(Epoch(2, first.Id, "b"), Stop);

        (await writer.SendAsync(Epoch(3, first.Id, "c"), Stop)).Should().BeFalse();
        await writer.CompleteAsync();
        await FluentActions.Awaiting(() => writer.Completion).Should().ThrowAsync<InvalidOperationException>().WithMessage("boom");
        seen.Should().Equal("1", "boom");
        _store.RowsOf(Table).Should().Equal("a");
    }

    [Fact]
    public async Task A_writer_that_is_disposed_drops_what_waits_for_its_commit()
    {
        _store.BeforeCommit = _ => _gate.Task;
        var writer = await _store.OpenAsync("p", [Table], Stop);
        await writer.SendAsync(Epoch(1, null, "a"), Stop);

        await writer.DisposeAsync();
        _gate.SetResult();

        await FluentActions.Awaiting(() => writer.Completion).Should().ThrowAsync<OperationCanceledException>();
        (await writer.SendAsync(Epoch(2, null, "b"), Stop)).Should().BeFalse();
        _store.Rows.Should().BeEmpty();
    }

    private static Epoch Epoch(long number, Guid? expected, params string[] rows)
    {
        var batch = Table.NewBatch();
        foreach (var row in rows) batch.Add(row, default);
        var id = Guid.NewGuid();
        return new()
        {
            Id = id,
            Number = number,
            Ledger = [new(new() { Partition = new("a", 0), Epoch = id, EpochNumber = number, NextOffset = number, RewindOffset = 0, EraStart = null, EraRows = 0, EraSum = 0, EraTables = [], Watermark = null, Idle = false, Floors = [], Query = "1" }, expected)],
            Batches = [batch],
            Rejects = [],
        };
    }

    private sealed class OtherBatch() : RowBatch(MemoryStoreTests.Table)
    {
        public override int Count => 1;
    }
}
