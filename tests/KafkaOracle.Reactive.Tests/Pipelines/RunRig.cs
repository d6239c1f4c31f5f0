using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Runs over a log and tables in memory, with a clock that the test moves.</summary>
internal sealed class RunRig : IAsyncDisposable
{
    private readonly List<PipelineRun> _runs = [];
    private readonly int _partitions;

    public RunRig(int partitions = 1, int slabMessages = 512)
    {
        Log = new(slabMessages);
        _partitions = partitions;
        Options = new() { Era = TimeSpan.FromMinutes(1), TimeProvider = Time };
        Log.CreateTopic("a", partitions);
    }

    public MemoryLog Log { get; }

    public MemoryStore Store { get; } = new();

    public FakeTimeProvider Time { get; } = new(Beat.Origin);

    public PipelineOptions Options { get; }

    public IEnumerable<string?> Rows => Store.Rows.Select(r => r.Text);

    /// <summary>Messages to a partition, each with its event time as its time stamp.</summary>
    public void Send(int partition, params string[] texts)
    {
        foreach (var text in texts) Log.Append("a", partition, text.Contains('@', StringComparison.Ordinal) ? Beat.Parse(text).At : Beat.Origin, null, text);
    }

    public PipelineRun Start(Action<Lane>? query = null) => StartStoppable(query, CancellationToken.None);

    public PipelineRun StartStoppable(Action<Lane>? query, CancellationToken stop) => StartStoppable(Define(query), stop);

    /// <summary>A pipeline with the options as they are now.</summary>
    public Pipeline Define(Action<Lane>? query = null) => Pipeline.Define("rig", query ?? Queries.Copy(), Options);

    public PipelineRun Start(Pipeline pipeline) => StartStoppable(pipeline, CancellationToken.None);

    private PipelineRun StartStoppable(Pipeline pipeline, CancellationToken stop)
    {
        var run = pipeline.Start(Log, Store, stop: stop);
        _runs.Add(run);
        return run;
    }

    /// <summary>Runs to the end of the log as it is now.</summary>
    public async Task RunToEndAsync(Action<Lane>? query = null, RunUntil until = RunUntil.EndOfLog)
    {
        var before = Options.Until;
        Options.Until = until;
        await Soon.Within(Start(query).Completion);
        Options.Until = before;
    }

    /// <summary>Until the runs have read, and dealt with, all that is there.</summary>
    public Task ReadAsync() => Soon.Until(() => Log.IsReadToEnd);

    /// <summary>Until the one run has read all that is there, and has committed what it made of it.</summary>
    public async Task ReadAndCommittedAsync()
    {
        await ReadAsync();
        Time.Advance(Options.EpochInterval);
        await Soon.Until(() => Enumerable.Range(0, _partitions).All(p => Log.Reported("rig", "a", p) == Log.End("a", p)));
    }

    /// <summary>Until the run has failed.</summary>
    public static async Task<T> FailureAsync<T>(PipelineRun run) where T : Exception
    {
        var failure = (await FluentActions.Awaiting(() => Soon.Within(run.Completion)).Should().ThrowAsync<T>()).Which;
        run.Status.State.Should().Be(RunState.Faulted);
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs) await Soon.Within(run.DisposeAsync().AsTask());
    }
}
