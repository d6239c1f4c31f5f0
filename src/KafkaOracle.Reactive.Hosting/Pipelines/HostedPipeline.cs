using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A pipeline in a host: started with it, drained with it, and run again after an error if the options say so.</summary>
/// <remarks>
/// <para>At the host's stop all pipelines drain at the same time, for as long as the host's shutdown timeout allows. A pipeline that is not
/// done by then is stopped; what it had not committed is computed again by the next run.</para>
/// <para>Get all of a host's by asking its services for <c>IEnumerable&lt;HostedPipeline&gt;</c>. Members are thread-safe.</para>
/// </remarks>
public sealed class HostedPipeline : IAsyncDisposable, IDisposable
{
    /// <summary>The name of the meter that a host's pipelines report to.</summary>
    public const string MeterName = "KafkaOracle.Reactive";

    // A transaction that is being committed cannot be cancelled, and a server that hangs must not hang the host.
    private static readonly TimeSpan LongestHalt = TimeSpan.FromSeconds(5);

    private readonly Pipeline _pipeline;
    private readonly HostedPipelineOptions _options;
    private readonly IServiceProvider _services;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunTotals _earlier = new();
    private PipelineRun? _run;
    private Exception? _fault;
    private volatile Exception? _stopsHostWith;
    private int _restarts;
    private bool _isPaused, _isRestarting;

    internal HostedPipeline(Pipeline pipeline, HostedPipelineOptions options, IServiceProvider services)
    {
        (_pipeline, _options, _services) = (pipeline, options, services);
        _logger = services.GetRequiredService<ILogger<HostedPipeline>>().WithoutFailures();
        _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    }

    /// <summary>The pipeline's name.</summary>
    public string Name => _pipeline.Name;

    /// <summary>The run as it is now, or the last one, its counts together with those of all runs before it in this host; null before the first.</summary>
    public RunStatus? Status
    {
        get
        {
            lock (_lock) return _run is { } run ? _earlier.With(run.Status) : null;
        }
    }

    /// <summary>What the last run failed with; null while there was none or another has begun.</summary>
    public Exception? Fault
    {
        get
        {
            lock (_lock) return _fault;
        }
    }

    /// <summary>Whether the last run has failed and another will follow after a pause.</summary>
    public bool IsRestarting
    {
        get
        {
            lock (_lock) return _isRestarting;
        }
    }

    /// <summary>How often a run was followed by another since the host started.</summary>
    public int Restarts
    {
        get
        {
            lock (_lock) return _restarts;
        }
    }

    /// <summary>Ends, always well, when no run is under way and none will follow.</summary>
    internal Task Completion => _completion.Task;

    /// <summary>Stops taking messages until <see cref="ResumeAsync"/>, over restarts too; what was computed still commits.</summary>
    public Task PauseAsync() => PauseAsync(true);

    /// <summary>Goes on after <see cref="PauseAsync()"/>.</summary>
    public Task ResumeAsync() => PauseAsync(false);

    /// <summary>Begins to work in the background.</summary>
    internal void Start()
    {
        var source = _services.GetRequiredService<IMessageSource>();
        var store = _services.GetService<DeadLetterStore>() ?? _services.GetRequiredService<IEpochStore>();
        var logger = _services.GetRequiredService<ILogger<Pipeline>>();
        _services.GetRequiredService<PipelineMetrics>().Observe(this);
        _ = WorkAsync(() => _pipeline.Start(source, store, logger));
    }

    /// <summary>Lets no further run begin, and begins to drain the present one.</summary>
    internal void BeginStop()
    {
        _stopping.Cancel();
        PipelineRun? run;
        lock (_lock) run = _run;
        _ = run?.DrainAsync();                                  // ends as the run does, which is awaited elsewhere
    }

    /// <summary>Waits for the drain, and stops the run if it takes too long.</summary>
    /// <param name="timeout">When it takes too long.</param>
    /// <exception cref="Exception">What the pipeline has failed with, if that stops the host.</exception>
    internal async Task StopAsync(CancellationToken timeout)
    {
        BeginStop();
        try
        {
            await Completion.WaitAsync(timeout);
        }
        catch (OperationCanceledException)
        {
            Log.NotDrained(_logger, Name);
            await HaltAsync();
        }
        if (_stopsHostWith is { } fault) ExceptionDispatchInfo.Throw(fault);
    }

    /// <summary>Stops the run at once, if there is one; what is not committed is computed again by the next.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await HaltAsync();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task WorkAsync(Func<PipelineRun> start)
    {
        try
        {
            var restarts = new RestartPolicy(_options, _time, NoteRestart);
            if (await restarts.RunAsync(() => RunOnceAsync(start), _stopping.Token) is { } fault) Handle(fault);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped between two runs.
        }
        catch (Exception fault)
        {
            // The user's IsTransient threw.
            Log.RestartFailed(_logger, fault, Name);
            Handle(fault);
        }
        finally
        {
            lock (_lock) _isRestarting = false;
            _completion.SetResult();
        }
    }

    private async Task<FailedRun?> RunOnceAsync(Func<PipelineRun> start)
    {
        PipelineRun run;
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested) return null;
            if (_run is { } before)
            {
                _earlier.Add(before.Status);
                _restarts++;
            }
            (_fault, _isRestarting) = (null, false);
            _run = run = start();
            if (_isPaused) _ = run.PauseAsync();                // asked before it has started, so it begins paused
        }
        await using (run)
        {
            try
            {
                await run.Completion;
                return null;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception fault)
            {
                lock (_lock) _fault = fault;
                return new(fault, run.Status.Epochs > 0);
            }
        }
    }

    private void NoteRestart(int restart, TimeSpan pause)
    {
        lock (_lock) _isRestarting = true;
        Log.Restart(_logger, Name, restart, _options.MaxRestarts, pause);
    }

    private void Handle(Exception fault)
    {
        lock (_lock) _fault = fault;
        if (_options.OnFault == FaultAction.StopPipeline)
        {
            Log.StaysDown(_logger, Name);
            return;
        }
        _stopsHostWith = fault;
        if (!_stopping.IsCancellationRequested) Log.StopsHost(_logger, Name);
        _services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
    }

    private Task PauseAsync(bool paused)
    {
        lock (_lock)
        {
            _isPaused = paused;
            return (paused ? _run?.PauseAsync() : _run?.ResumeAsync()) ?? Task.CompletedTask;
        }
    }

    private async Task HaltAsync()
    {
        PipelineRun? run;
        lock (_lock) run = _run;
        if (run is null) return;
        _ = run.DisposeAsync().AsTask();
        try
        {
            await Completion.WaitAsync(LongestHalt, _time);
        }
        catch (TimeoutException)
        {
            Log.Hangs(_logger, Name, LongestHalt);
        }
    }
}
