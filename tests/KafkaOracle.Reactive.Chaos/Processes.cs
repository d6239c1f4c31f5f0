using System.Diagnostics;
using System.Globalization;
using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>
/// One pipeline from an empty log to its end, in processes that are killed, stopped, continued, drained and cut off at any moment: with a
/// lane for each partition 2 to 4 that share them; with a single lane one, and those it took over from. The database, and embedded brokers, are in this process.
/// </summary>
internal sealed class Processes : IAsyncDisposable
{
    private readonly Random _random;
    private readonly IBrokers _brokers;
    private readonly EmbeddedOracle _oracle = EmbeddedOracle.Start();
    private readonly FaultPlan _plan;
    private readonly Work _work;
    private readonly List<Worker> _workers = [];
    private readonly string _direct, _database;
    private readonly int _wanted;
    private readonly Network _network = new();
    private string _lastEnd = "";

    public Processes(int seed, Lanes lanes, IBrokers brokers)
    {
        (_random, _brokers, _direct) = (new Random(seed), brokers, _oracle.ConnectionString + ";Validate Connection=true");
        _work = new(seed, lanes, brokers.BootstrapServers, _oracle.ConnectionString);
        _wanted = lanes == Lanes.Single ? 1 : 2 + _random.Next(3);
        _plan = Plan.Of(seed, _random.NextDouble() * 0.05);
        _network.LeadTo(_oracle.Port);
        _database = _oracle.ConnectionString.Replace($":{_oracle.Port}/", $":{_network.Port}/", StringComparison.Ordinal);
    }

    public long Faults => _plan.Struck;

    public int Messages => _work.Trades.Messages.Count;

    public int Kills { get; private set; }

    public int Zombies { get; private set; }

    public int Drains { get; private set; }

    public int Cuts { get; private set; }

    public override string ToString()
        => $"seed {_work.Seed}, lanes {_work.Lanes}: {Messages} messages, {Kills} kills, {Zombies} zombies, {Drains} drains, {Cuts} cuts, {Faults} faults. Last end: {_lastEnd}. {string.Join(' ', _workers)}";

    /// <summary>Disturbs the processes while the messages come, then lets the pipeline end in peace.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await _brokers.CreateTopicAsync(_work.Topic);
        _oracle.Faults.Hook = _plan.At;
        Staff();
        while (!_work.IsSent)
        {
            await _work.SendAsync(_brokers, 5 + _random.Next(40), _random, stop);
            // Most acts find processes that are at work.
            if (_random.Next(4) > 0) await ProgressAsync(stop);
            await Task.Delay(_random.Next(50), stop);
            await DisturbAsync(stop);
            Staff();
        }
        _oracle.Faults.Hook = null;
        await _brokers.CalmAsync();
        foreach (var worker in _workers) worker.Continue();
        foreach (var worker in _workers) await worker.DrainAsync(stop);
        await _work.EndAsync(stop);
    }

    public async Task<Tables> ExpectedAsync() => _work.Trades.Expected(await _brokers.EndsAsync(_work.Topic));

    public Task<Tables> ActualAsync(CancellationToken stop) => Work.TablesAsync(_direct, stop);

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) worker.Dispose();
        _network.Dispose();
        await _oracle.DisposeAsync();
    }

    private async Task DisturbAsync(CancellationToken stop)
    {
        var worker = _workers[_random.Next(_workers.Count)];
        switch (_random.Next(11))
        {
            case <= 3:
                Kill(worker);
                break;
            case 4:
                foreach (var each in _workers) Kill(each);
                break;
            case 5:
                Zombies++;
                worker.Stop();
                break;
            case 6:
                foreach (var each in _workers) each.Continue();
                break;
            case 7 when !worker.IsStopped:
                Drains++;
                await worker.DrainAsync(stop);
                break;
            case 8 or 9:
                await _brokers.DisturbAsync(_work.Topic, _random, stop);
                break;
            default:
                Cuts++;
                await _network.CutAsync(TimeSpan.FromMilliseconds(_random.Next(300)), stop);
                break;
        }
    }

    private void Kill(Worker worker)
    {
        if (worker.HasExited) return;
        Kills++;
        worker.Kill();
    }

    /// <summary>Starts as many processes as there are to be, beside those that are stopped, as an orchestrator does it.</summary>
    private void Staff()
    {
        foreach (var gone in _workers.Where(w => w.HasExited).ToArray())
        {
            _lastEnd = gone.ToString();
            _workers.Remove(gone);
            gone.Dispose();
        }
        // With a single lane a process that was continued may be there beside the one that took over, until it sees that it has lost.
        while (_workers.Count(w => !w.IsStopped) < _wanted) _workers.Add(new(_work, _brokers.BootstrapServers, _database));
    }

    /// <summary>Until more is committed, or for some seconds: what comes next may then meet no work, which is right too.</summary>
    private async Task ProgressAsync(CancellationToken stop)
    {
        var (before, since) = (await CommittedAsync(stop), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(since).TotalSeconds < 10 && await CommittedAsync(stop) <= before)
        {
            Staff();
            await Task.Delay(50, stop);
        }
    }

    private async Task<long> CommittedAsync(CancellationToken stop)
    {
        try
        {
            return (await Work.QueryAsync(_direct, "SELECT NEXT_OFFSET FROM KAFKAORACLE_LEDGER", stop)).Sum(o => long.Parse(o, CultureInfo.InvariantCulture));
        }
        catch (OracleException)
        {
            return 0;                                               // a fault struck, or there is no table yet
        }
    }
}
