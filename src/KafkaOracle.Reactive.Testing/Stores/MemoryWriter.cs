using System.Reactive.Subjects;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Commits to a <see cref="MemoryStore"/> at once, or, where its hooks wait, one epoch after the other while the lane fills the next.</summary>
internal sealed class MemoryWriter(MemoryStore store, string pipeline, MemoryLease? lease) : IEpochWriter
{
    private readonly Subject<EpochCommitted> _committed = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _last = Task.CompletedTask;

    public IReadOnlyList<LedgerRow> Ledger { get; } = store.Ledger;

    public IObservable<EpochCommitted> Committed => _committed;

    public Task Completion => _completion.Task;

    public async Task<bool> SendAsync(Epoch epoch, CancellationToken stop)
    {
        await Task.WhenAny(_last, Completion).WaitAsync(stop);
        stop.ThrowIfCancellationRequested();
        if (Completion.IsCompleted) return false;
        _last = CommitAsync(epoch);
        return true;
    }

    public async Task CompleteAsync()
    {
        await Task.WhenAny(_last, Completion);
        if (!_completion.TrySetResult()) return;
        _committed.OnCompleted();
    }

    /// <summary>Stops at once. An epoch that waits before its commit is dropped; one that waits behind it is committed.</summary>
    public ValueTask DisposeAsync()
    {
        _completion.TrySetException(new OperationCanceledException($"The writer of pipeline '{pipeline}' was disposed before all of its epochs were committed."));
        return ValueTask.CompletedTask;
    }

    private async Task CommitAsync(Epoch epoch)
    {
        try
        {
            if (store.BeforeCommit is { } before) await before(epoch);
            if (Completion.IsCompleted) return;
            if (!store.TryCommit(epoch, lease))
                throw new FencedException($"Pipeline '{pipeline}': epoch {epoch.Number} found the ledger in another owner's hands; nothing of it was written.");
            if (store.AfterCommit is { } after) await after(epoch);
            _committed.OnNext(new(epoch, 0));
        }
        catch (Exception fault)
        {
            if (_completion.TrySetException(fault)) _committed.OnError(fault);
        }
    }
}
