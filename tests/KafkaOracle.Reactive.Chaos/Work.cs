using System.Globalization;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>A pipeline, its messages and its options, all out of a seed: every process makes the same.</summary>
internal sealed class Work
{
    private readonly PipelineOptions _options;
    private readonly IMessageSource _source;
    private readonly IEpochStore _store;

    public Work(int seed, Lanes lanes, string servers, string database)
    {
        var random = new Random(seed);
        (Seed, Lanes, Topic) = (seed, lanes, $"trades-{seed}-{lanes}");
        Trades = new(random, Topic, 150 + random.Next(350), lanes);
        _options = new()
        {
            Era = TimeSpan.FromMinutes(new[] { 2, 5, 60 }[random.Next(3)]),
            LeadIn = TimeSpan.FromMinutes(random.Next(3)),
            EpochInterval = TimeSpan.FromMilliseconds(20),
            EpochRows = 1 + random.Next(60),
            // A partition that is left alone and read on again takes half a second to come, over real brokers.
            MaxBuffered = random.Next(4) == 0 ? 30 + random.Next(100) : 100_000,
            MaxFailedRecords = 1000,
            // Plain code knows of no silence, and what is sent to brokers that stand still takes its time.
            IdleAfter = TimeSpan.FromMinutes(10),
            Lanes = lanes,
        };
        var source = new KafkaSourceOptions { BootstrapServers = servers, SlabMessages = 1 + random.Next(40), ConnectTimeout = TimeSpan.FromMinutes(1) };
        source.Config.GroupId = Topic;
        var protocol = random.Next(3);
        source.Config.Set("group.protocol", protocol == 2 ? "consumer" : "classic");
        if (protocol < 2)
        {
            source.Config.Set("partition.assignment.strategy", protocol == 0 ? "range" : "cooperative-sticky");
            (source.Config.SessionTimeoutMs, source.Config.HeartbeatIntervalMs) = (6000, 100);
        }
        _source = new KafkaSource(source);
        // Pauses between attempts need not be waited for in full.
        _store = new OracleStore(new OracleStoreOptions { ConnectionString = database, TimeProvider = new FastTime(20), RetryTimeout = TimeSpan.FromHours(1), CommandTimeout = TimeSpan.FromSeconds(3), ArrayRows = 1 + random.Next(40) });
    }

    public int Seed { get; }

    public Lanes Lanes { get; }

    public string Topic { get; }

    public Trades Trades { get; }

    public PipelineRun Start(RunUntil until = RunUntil.Stopped, CancellationToken stop = default)
        => Trades.Pipeline(_options).With(o => o.Until = until).Start(_source, _store, stop: stop);

    public bool IsSent => Trades.Offsets.Count == Trades.Messages.Count;

    /// <summary>Writes the next messages, so many where there are.</summary>
    public async Task SendAsync(IBrokers brokers, int count, Random random, CancellationToken stop)
        => Trades.Offsets.AddRange(await brokers.ProduceAsync(Topic, [.. Trades.Messages.Skip(Trades.Offsets.Count).Take(count)], random, stop));

    /// <summary>Closes what is open, as the only process.</summary>
    public async Task EndAsync(CancellationToken stop)
    {
        await using var last = Start(RunUntil.EndOfLogClosed, stop);
        await last.Completion;
    }

    /// <summary>What is in the tables of a database.</summary>
    public static async Task<Tables> TablesAsync(string database, CancellationToken stop) => new(
        await QueryAsync(database, "SELECT \"NUMBER\" || '|' || ACCOUNT || '|' || AMOUNT || '|' || NOTE FROM TRADES", stop),
        await QueryAsync(database, "SELECT ACCOUNT || '|' || TO_CHAR(MINUTE, 'YYYY-MM-DD HH24:MI') || '|' || TRADES || '|' || AMOUNT FROM MINUTES", stop),
        await QueryAsync(database, "SELECT KIND || '|' || TOPIC_PARTITION || '|' || TOPIC_OFFSET FROM CHAOS_REJECTS", stop),
        await QueryAsync(database, "SELECT TOPIC_PARTITION || '|' || NEXT_OFFSET FROM KAFKAORACLE_LEDGER", stop));

    /// <summary>The first column of a query, in a fixed order.</summary>
    public static async Task<string[]> QueryAsync(string database, string sql, CancellationToken stop)
    {
        await using var connection = new OracleConnection(database);
        await connection.OpenAsync(stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
