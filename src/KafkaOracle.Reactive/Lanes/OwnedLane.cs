using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>The lane of a partition number that this process has: one run after the other, as long as former owners still come first.</summary>
internal sealed class OwnedLane : IDisposable
{
    /// <summary>How often in a row another owner may have been faster: one that has lost the partition learns it in the meantime.</summary>
    private const int MostFencings = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly Pipeline _pipeline;
    private readonly RunCounts _counts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _drop = new();
    private readonly Lock _gate = new();
    private LaneRun _run;
    private LaneCounts _former;
    private long _formerEpochs;
    private bool _drains, _endsWithEra, _isPaused, _waits, _isDisposed;
    private volatile bool _hasEnded;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="partition">The number of its partitions.</param>
    /// <param name="counts">What is committed is counted there too.</param>
    /// <param name="logger">Told of its start, and when it is fenced.</param>
    public OwnedLane(Pipeline pipeline, int partition, RunCounts counts, ILogger logger)
    {
        (_pipeline, Partition, _counts, _logger) = (pipeline, partition, counts, logger);
        _run = new(pipeline, partition, counts, logger);
    }

    public int Partition { get; }

    public bool HasEnded => _hasEnded;

    /// <summary>Ends, always well, when the lane has.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>What it has failed with.</summary>
    public Exception? Fault { get; private set; }

    public LaneStatus Status
    {
        get
        {
            lock (_gate)
            {
                var status = _run.Status;
                return status with { State = _hasEnded ? RunState.Completed : status.State, Messages = _former + status.Messages, Epochs = _formerEpochs + status.Epochs };
            }
        }
    }

    public IReadOnlyList<Trouble> Troubles
    {
        get
        {
            lock (_gate) return _run.Troubles;
        }
    }

    public LookBack LookBack
    {
        get
        {
            lock (_gate) return _run.LookBack;
        }
    }

    public void Drain()
    {
        lock (_gate)
        {
            _drains = true;
            _run.Drain();
            if (_waits) Drop();
        }
    }

    public void EndWithEra()
    {
        lock (_gate)
        {
            _endsWithEra = true;
            _run.EndWithEra();
        }
    }

    public void Pause(bool paused)
    {
        lock (_gate)
        {
            _isPaused = paused;
            _run.Pause(paused);
        }
    }

    /// <summary>Stops at once: what is not committed is the next owner's.</summary>
    public void Drop()
    {
        lock (_gate)
            if (!_isDisposed) _ = _drop.CancelAsync();
    }

    /// <summary>Begins to work in the background.</summary>
    /// <param name="source">Where the messages come from.</param>
    /// <param name="store">Where the rows and the ledger live.</param>
    /// <param name="group">The group, once it is joined.</param>
    /// <param name="onEnd">Called when it has ended.</param>
    public void Start(IMessageSource source, IEpochStore store, Task<JoinedGroup> group, Action<OwnedLane> onEnd) => Ended = Task.Run(async () =>
    {
        try
        {
            await RunAsync(source, store, group);
        }
        catch (Exception) when (_drop.IsCancellationRequested)
        {
            return;                                             // whatever it was doing
        }
        catch (Exception fault)
        {
            Fault = fault;
        }
        finally
        {
            _hasEnded = true;
            onEnd(this);
        }
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _run.Dispose();
            _drop.Dispose();
        }
    }

    private async Task RunAsync(IMessageSource source, IEpochStore store, Task<JoinedGroup> group)
    {
        LogPartition[] partitions = [.. _pipeline.Topics.Select(t => new LogPartition(t, Partition)).Order()];
        for (var fencings = 1; ; fencings++)
        {
            try
            {
                await _run.RunAsync(source, store, (_, _, _) => Task.FromResult(partitions),
                    async (starts, starting) => await (await group.WaitAsync(starting)).Member.OpenAsync(starts, starting),
                    partition => group.Result.EndOf(partition), _drop.Token);
                return;
            }
            catch (FencedException) when (_drains)
            {
                return;                                         // the new owner has gone on already
            }
            catch (FencedException fault) when (fencings < MostFencings || _run.Epochs > 0)
            {
                if (_run.Epochs > 0) fencings = 1;
                var pause = FirstPause * (1 << fencings);
                Log.Fenced(_logger, _pipeline.Name, Partition, pause, fault.Message);
                Renew();
                await Task.Delay(pause, _pipeline.Options.TimeProvider, _drop.Token);
                _waits = false;
            }
        }
    }

    private void Renew()
    {
        lock (_gate)
        {
            if (_drains) Drop();
            _waits = true;
            _former += _run.Status.Messages;
            _formerEpochs += _run.Epochs;
            _run.Dispose();
            _run = new(_pipeline, Partition, _counts, _logger);
            _run.Pause(_isPaused);
            if (_endsWithEra) _run.EndWithEra();
        }
    }
}
