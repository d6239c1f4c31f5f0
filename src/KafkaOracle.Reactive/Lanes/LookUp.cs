using System.Threading.Channels;

namespace KafkaOracle.Reactive;

/// <summary>Something that the query looks up for each record of a topic.</summary>
internal abstract class LookUp
{
    /// <summary>Begins to work for one lane, until it stops.</summary>
    public abstract LookUpWorkers Start(CancellationToken stop);
}

internal sealed class LookUp<T, TFound>(Func<Record<T>, CancellationToken, Task<TFound>> find, int degree) : LookUp
{
    public override LookUpWorkers Start(CancellationToken stop) => new Workers(find, degree, stop);

    private sealed class Workers : LookUpWorkers
    {
        private readonly Channel<(Record<T> Record, Finding<TFound> Finding)> _queue = Channel.CreateUnbounded<(Record<T>, Finding<TFound>)>(new() { SingleWriter = true });
        private readonly Func<Record<T>, CancellationToken, Task<TFound>> _find;

        public Workers(Func<Record<T>, CancellationToken, Task<TFound>> find, int degree, CancellationToken stop)
        {
            _find = find;
            for (var i = 0; i < degree; i++) _ = Task.Run(() => WorkAsync(stop), CancellationToken.None);
        }

        public override Finding Begin(Record record)
        {
            var finding = new Finding<TFound>();
            _queue.Writer.TryWrite(((Record<T>)record, finding));
            return finding;
        }

        public override void Dispose() => _queue.Writer.TryComplete();

        // In the order in which the records came, so that the first to be waited for are the first to be done.
        private async Task WorkAsync(CancellationToken stop)
        {
            await foreach (var (record, finding) in _queue.Reader.ReadAllAsync(CancellationToken.None))
            {
                if (stop.IsCancellationRequested) return;       // nobody waits any more
                try
                {
                    finding.Set(await _find(record, stop));
                }
                catch (Exception fault)
                {
                    finding.Fail(fault);
                }
            }
        }
    }
}

/// <summary>What runs one kind of look-up for a lane.</summary>
internal abstract class LookUpWorkers : IDisposable
{
    public abstract Finding Begin(Record record);
    public abstract void Dispose();
}

/// <summary>What is being looked up for a record.</summary>
internal abstract class Finding
{
    protected abstract Task Task { get; }

    public bool IsThere => Task.IsCompleted;

    /// <summary>Waits until it is there, found or failed.</summary>
    public void Wait(CancellationToken stop)
    {
        try
        {
            Task.Wait(stop);
        }
        catch (AggregateException)
        {
            // Failed: whoever asks for the result is told.
        }
    }
}

internal sealed class Finding<TFound> : Finding
{
    private readonly TaskCompletionSource<TFound> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override Task Task => _found.Task;

    /// <summary>What was found. Throws what the look-up threw.</summary>
    public TFound Result => _found.Task.GetAwaiter().GetResult();

    public void Set(TFound found) => _found.SetResult(found);

    public void Fail(Exception fault)
    {
        _found.SetException(fault);
        _ = _found.Task.Exception;                              // seen: its record may never get its turn
    }
}
