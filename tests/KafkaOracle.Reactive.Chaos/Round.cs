using System.Globalization;
using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>One pipeline from an empty log to its end, over embedded servers that fail, in processes that end at any moment.</summary>
internal sealed class Round : IAsyncDisposable
{
    private const int Speed = 20;

    private readonly int _seed;
    private readonly Random _random;
    private readonly EmbeddedKafka _kafka;
    private readonly EmbeddedOracle _oracle = EmbeddedOracle.Start();
    private readonly FaultPlan _plan;
    private readonly Trades _trades;
    private readonly string _topic;
    private readonly PipelineOptions _options;
    private readonly List<PipelineRun> _zombies = [];
    private readonly IMessageSource _source;
    private readonly IEpochStore _store;
    private PipelineRun? _run;
    private volatile bool _isAway;

    public Round(int seed, EmbeddedKafka kafka)
    {
        (_seed, _random, _kafka, _topic) = (seed, new Random(seed), kafka, $"trades-{seed}");
        kafka.CreateTopic(_topic, Trades.Partitions);
        _trades = new(_random, _topic, 150 + _random.Next(350));
        var time = new FastTime(Speed);
        _options = new()
        {
            Era = TimeSpan.FromMinutes(new[] { 2, 5, 60 }[_random.Next(3)]),
            LeadIn = TimeSpan.FromMinutes(_random.Next(3)),
            EpochInterval = TimeSpan.FromMilliseconds(20),
            EpochRows = 1 + _random.Next(60),
            MaxFailedRecords = 1000,
        };
        _source = new KafkaSource(new() { BootstrapServers = kafka.BootstrapServers, SlabMessages = 1 + _random.Next(40) });
        _store = new OracleStore(new OracleStoreOptions { ConnectionString = _oracle.ConnectionString, TimeProvider = time, RetryTimeout = TimeSpan.FromHours(1), ArrayRows = 1 + _random.Next(40) });
        var often = _random.NextDouble() * 0.02;
        _plan = new FaultPlan(seed)
            .With(FaultPoint.BeforeExecute, often, Fault.Error(60)).With(FaultPoint.BeforeExecute, often / 4, Fault.Error(1653)).With(FaultPoint.BeforeExecute, often, Fault.Drop())
            .With(FaultPoint.AfterExecute, often, Fault.Drop(reset: true)).With(FaultPoint.Fetch, often, Fault.Drop())
            .With(FaultPoint.BeforeCommit, often * 2, Fault.Drop()).With(FaultPoint.AfterCommit, often * 2, Fault.Drop(reset: true))
            .With(FaultPoint.BeforeCommit, often, Fault.Delay(TimeSpan.FromMilliseconds(30)))
            .With(FaultPoint.Connect, often, Fault.Error(12516)).With(FaultPoint.Login, often / 2, Fault.Error(1034));
    }

    public long Faults => _plan.Struck;

    public int Messages => _trades.Messages.Count;

    public int Stops { get; private set; }

    public int TakeOvers { get; private set; }

    public int Outages { get; private set; }

    public override string ToString() => $"seed {_seed}: {Messages} messages, {Stops} stops, {TakeOvers} take-overs, {Outages} outages, {Faults} faults";

    /// <summary>Disturbs the pipeline while the messages come, then lets it end in peace.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var sent = 0;
        _oracle.Faults.Hook = at => _isAway && at.Point is FaultPoint.Connect ? Fault.Error(12541) : _plan.At(at);
        while (sent < _trades.Messages.Count)
        {
            var some = Math.Min(_trades.Messages.Count - sent, 1 + _random.Next(120));
            await _kafka.ProduceAsync(_topic, _trades.Messages.Skip(sent).Take(some), stop);
            sent += some;
            for (var acts = 1 + _random.Next(3); acts > 0; acts--)
            {
                if (_run is null or { Completion.IsCompleted: true }) await RestartAsync();
                await Task.Delay(_random.Next(60), stop);
                await DisturbAsync(stop);
            }
        }
        (_isAway, _oracle.Faults.Hook) = (false, null);
        await EndAsync(stop);
    }

    public Tables Expected() => _trades.Expected();

    public async Task<Tables> ActualAsync(CancellationToken stop) => new(
        await QueryAsync("SELECT \"NUMBER\" || '|' || ACCOUNT || '|' || AMOUNT || '|' || NOTE FROM TRADES", stop),
        await QueryAsync("SELECT ACCOUNT || '|' || TO_CHAR(MINUTE, 'YYYY-MM-DD HH24:MI') || '|' || TRADES || '|' || AMOUNT FROM MINUTES", stop),
        await QueryAsync("SELECT KIND || '|' || TOPIC_PARTITION || '|' || TOPIC_OFFSET FROM CHAOS_REJECTS", stop),
        await QueryAsync("SELECT TOPIC_PARTITION || '|' || NEXT_OFFSET FROM KAFKAORACLE_LEDGER", stop));

    public async ValueTask DisposeAsync()
    {
        _oracle.Faults.Clear();
        if (_run is not null) await _run.DisposeAsync();
        foreach (var zombie in _zombies) await zombie.DisposeAsync();
        await _oracle.DisposeAsync();
    }

    private async Task DisturbAsync(CancellationToken stop)
    {
        switch (_random.Next(7))
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
            default:
                await EndOf(_run!.DrainAsync());
                break;
        }
    }

    private async Task RestartAsync()
    {
        if (_run is not null) await _run.DisposeAsync();
        _run = _trades.Pipeline(_options).Start(_source, _store);
    }

    private async Task EndAsync(CancellationToken stop)
    {
        if (_run is not null) await _run.DisposeAsync();
        _run = null;
        foreach (var zombie in _zombies) await zombie.DisposeAsync();
        _zombies.Clear();
        await using var last = _trades.Pipeline(_options).With(o => o.Until = RunUntil.EndOfLogClosed).Start(_source, _store, stop: stop);
        await last.Completion;
    }

    // A process that fails is followed by another, as an orchestrator does it.
    private static Task EndOf(Task completion) => completion.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task<string[]> QueryAsync(string sql, CancellationToken stop)
    {
        await using var connection = new OracleConnection(_oracle.ConnectionString);
        await connection.OpenAsync(stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
