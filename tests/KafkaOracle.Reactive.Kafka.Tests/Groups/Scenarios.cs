using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests.Groups;

/// <summary>What happens to runs that share a pipeline.</summary>
internal static class Scenarios
{
    public static Action<KafkaSourceOptions> Protocol(string protocol, string? assignor = null) => o =>
    {
        o.Config.Set("group.protocol", protocol);
        if (assignor is not null) o.Config.Set("partition.assignment.strategy", assignor);
        if (protocol == "classic") (o.Config.SessionTimeoutMs, o.Config.HeartbeatIntervalMs) = (6000, 100);
    };

    public static async Task ShareAsync(SharedRuns runs)
    {
        runs.Send();
        var first = runs.Run();
        await runs.SharedAsync(first);
        await runs.CommittedAsync();
        var second = runs.Run();
        runs.Send();                                                // while partitions move
        await runs.SharedAsync(first, second);
        await runs.SendAndCommitAsync();

        await second.PauseAsync();
        runs.Send();
        await first.DisposeAsync();                                 // what it has not committed is the other's
        await runs.SharedAsync(second);
        await second.ResumeAsync();
        await runs.SendAndCommitAsync();

        var third = runs.Run();
        await runs.SharedAsync(second, third);
        runs.Send();
        await second.DrainAsync().WaitAsync(SlabReading.Guard());
        await runs.SendAndCommitAsync();
        await third.DrainAsync().WaitAsync(SlabReading.Guard());
        await runs.AssertAllOnceAsync();
    }

    /// <summary>One process stops polling and its commits wait; the group gives its partitions away; then it goes on.</summary>
    public static async Task HangAsync(SharedRuns runs)
    {
        var (logging, committing) = (new Gate(), new Gate());
        var configure = runs.Configure;
        runs.Configure = configure + (o => o.Config.MaxPollIntervalMs = 6000);
        var hanging = runs.Run(log: new HeldLog(logging, "is shown progress"), store: new HeldStore(runs.Store, committing));
        await runs.SharedAsync(hanging);
        await runs.SendAndCommitAsync();

        logging.Close();                                            // its poll thread hangs where it shows the progress of the next epoch
        await runs.SendAndCommitAsync();
        committing.Close();
        for (var round = 0; round < 4; round++) runs.Send();
        runs.Configure = configure;
        var other = runs.Run();
        await runs.Until(() => other.Status.Lanes.Count == runs.Partitions);
        await runs.SendAndCommitAsync();
        committing.Open();                                          // too late
        await runs.SendAndCommitAsync();
        logging.Open();

        await runs.SharedAsync(hanging, other);
        await runs.SendAndCommitAsync();
        await hanging.DrainAsync().WaitAsync(SlabReading.Guard());
        await other.DrainAsync().WaitAsync(SlabReading.Guard());
        await runs.AssertAllOnceAsync();
    }

    /// <summary>What waits while it is closed.</summary>
    private sealed class Gate
    {
        private TaskCompletionSource _open = Opened();

        public Task Passed => _open.Task;

        public void Close() => _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _open.TrySetResult();

        private static TaskCompletionSource Opened()
        {
            var open = new TaskCompletionSource();
            open.SetResult();
            return open;
        }
    }

    /// <summary>Holds up whoever logs a line with a word in it.</summary>
    private sealed class HeldLog(Gate gate, string word) : ILogger
    {
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(word, StringComparison.Ordinal)) gate.Passed.Wait(SlabReading.Guard());
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    }

    /// <summary>A process's way to the common store, on which its epochs can be held up.</summary>
    private sealed class HeldStore(IEpochStore store, Gate gate) : IEpochStore
    {
        public async Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop) => new Writer(await store.OpenAsync(pipeline, tables, stop), gate);

        private sealed class Writer(IEpochWriter writer, Gate gate) : IEpochWriter
        {
            public IReadOnlyList<LedgerRow> Ledger => writer.Ledger;

            public IObservable<EpochCommitted> Committed => writer.Committed;

            public Task Completion => writer.Completion;

            public async Task<bool> SendAsync(Epoch epoch, CancellationToken stop)
            {
                await gate.Passed.WaitAsync(stop);
                return await writer.SendAsync(epoch, stop);
            }

            public Task CompleteAsync() => writer.CompleteAsync();

            public ValueTask DisposeAsync() => writer.DisposeAsync();
        }
    }
}
