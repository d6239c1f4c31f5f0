using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>One pipeline from an empty log to its end, over servers that fail, in runs that end at any moment.</summary>
internal sealed class Round : IAsyncDisposable
{
    private readonly Random _random;
    private readonly IBrokers _brokers;
    private readonly EmbeddedOracle _oracle = EmbeddedOracle.Start();
    private readonly FaultPlan _plan;
    private readonly Work _work;
    private readonly List<PipelineRun> _zombies = [];
    private readonly int _patience;
    private PipelineRun? _run;
    private volatile bool _isAway;

    public Round(int seed, IBrokers brokers)
    {
        (_random, _brokers) = (new Random(seed), brokers);
        var lanes = _random.Next(3) == 0 ? Lanes.PerPartition : Lanes.Single;
        // A group takes its time to give the partitions away.
        _patience = lanes == Lanes.PerPartition ? 400 : 60;
        _work = new(seed, lanes, brokers.BootstrapServers, _oracle.ConnectionString);
        _plan = Plan.Of(seed, _random.NextDouble() * 0.05);
    }

    public long Faults => _plan.Struck;

    public int Messages => _work.Trades.Messages.Count;

    public int Stops { get; private set; }

    public int TakeOvers { get; private set; }

    public int Outages { get; private set; }

    public override string ToString() => $"seed {_work.Seed}, lanes {_work.Lanes}: {Messages} messages, {Stops} stops, {TakeOvers} take-overs, {Outages} outages, {Faults} faults";

    /// <summary>Disturbs the pipeline while the messages come, then lets it end in peace.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await _brokers.CreateTopicAsync(_work.Topic);
        _oracle.Faults.Hook = at => _isAway && at.Point is FaultPoint.Connect ? Fault.Error(12541) : _plan.At(at);
        while (!_work.IsSent)
        {
            await _work.SendAsync(_brokers, 1 + _random.Next(120), _random, stop);
            for (var acts = 1 + _random.Next(3); acts > 0; acts--)
            {
                if (_run is null or { Completion.IsCompleted: true }) await RestartAsync();
                await Task.Delay(_random.Next(_patience), stop);
                await DisturbAsync(stop);
            }
        }
        (_isAway, _oracle.Faults.Hook) = (false, null);
        await _brokers.CalmAsync();
        await StopAsync();
        await _work.EndAsync(stop);
    }

    public async Task<Tables> ExpectedAsync() => _work.Trades.Expected(await _brokers.EndsAsync(_work.Topic));

    public Task<Tables> ActualAsync(CancellationToken stop) => Work.TablesAsync(_oracle.ConnectionString, stop);

    public async ValueTask DisposeAsync()
    {
        _oracle.Faults.Clear();
        await StopAsync();
        await _oracle.DisposeAsync();
    }

    private async Task DisturbAsync(CancellationToken stop)
    {
        switch (_random.Next(9))
        {
            case <= 2:
                Stops++;
                await RestartAsync();
                break;
            case 3:
                TakeOvers++;
                _zombies.Add(_run!);
                _run = null;
                break;
            case 4:
                Outages++;
                _isAway = true;
                _oracle.DropConnections(_random.Next(2) == 0);
                await Task.Delay(_random.Next(120), stop);
                _isAway = false;
                break;
            case 5:
                await _run!.PauseAsync();
                await Task.Delay(_random.Next(20), stop);
                await _run.ResumeAsync();
                break;
            case 6 or 7:
                await _brokers.DisturbAsync(_work.Topic, _random, stop);
                break;
            default:
                await EndOf(_run!.DrainAsync());
                break;
        }
    }

    private async Task RestartAsync()
    {
        if (_run is not null) await _run.DisposeAsync();
        _run = _work.Start();
    }

    private async Task StopAsync()
    {
        if (_run is not null) await _run.DisposeAsync();
        _run = null;
        foreach (var zombie in _zombies) await zombie.DisposeAsync();
        _zombies.Clear();
    }

    // A process that fails is followed by another, as an orchestrator does it.
    private static Task EndOf(Task completion) => completion.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
