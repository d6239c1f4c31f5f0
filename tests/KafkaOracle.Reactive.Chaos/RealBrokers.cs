using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>
/// A real broker or three: killed and started again, or stopped and continued; of three, one at a time, and its leaders and coordinators
/// move to the others. All connections to a single one pass a network that can be cut. Some messages come in transactions, after others that are aborted.
/// </summary>
internal sealed class RealBrokers : IBrokers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly RealKafka _kafka;
    private readonly int _brokers;
    private readonly Network? _network;
    private readonly IAdminClient _admin;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private IProducer<byte[]?, byte[]?>? _transactions;
    private int _killed, _paused;

    private RealBrokers(RealKafka kafka, int brokers, Network? network)
    {
        (_kafka, _brokers, _network) = (kafka, brokers, network);
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        _producer = Producer(null);
    }

    public string BootstrapServers => _kafka.BootstrapServers;

    public int Acts { get; private set; }

    /// <summary>Null where there are none.</summary>
    public static async Task<RealBrokers?> TryStartAsync(int brokers)
    {
        var network = brokers == 1 ? new Network() : null;
        if (await RealKafka.TryStartAsync(brokers, network?.Port) is { } kafka)
        {
            network?.LeadTo(kafka.Port);
            return new(kafka, brokers, network);
        }
        network?.Dispose();
        return null;
    }

    public Task CreateTopicAsync(string topic) => _admin.CreateTopicsAsync([new()
    {
        Name = topic,
        NumPartitions = Trades.Partitions,
        ReplicationFactor = (short)_brokers,
        // The messages are of a day long gone.
        Configs = new() { ["retention.ms"] = "-1", ["min.insync.replicas"] = $"{Math.Min(2, _brokers)}" },
    }]);

    public async Task<long[]> ProduceAsync(string topic, EmbeddedMessage[] messages, Random random, CancellationToken stop)
    {
        // A single broker has to be there.
        if (_brokers == 1) await CalmAsync();
        if (random.Next(3) > 0) return await SendAsync(_producer, topic, messages, stop);
        if (random.Next(2) == 0) await TransactAsync(topic, messages, static producer => producer.AbortTransaction(Patience), stop);
        return await TransactAsync(topic, messages, static producer => producer.CommitTransaction(Patience), stop);
    }

    public async Task<long[]> EndsAsync(string topic)
    {
        var ends = await _admin.ListOffsetsAsync(Enumerable.Range(0, Trades.Partitions).Select(p => new TopicPartitionOffsetSpec
        {
            TopicPartition = new(topic, p),
            OffsetSpec = OffsetSpec.Latest(),
        }));
        return [.. ends.ResultInfos.OrderBy(i => i.TopicPartitionOffsetError.Partition.Value).Select(i => i.TopicPartitionOffsetError.Offset.Value)];
    }

    public async Task DisturbAsync(string topic, Random random, CancellationToken stop)
    {
        Acts++;
        var wasAway = _killed + _paused > 0;
        await CalmAsync();
        // A single broker is there half of the time.
        if (wasAway && _brokers == 1) return;
        var broker = 1 + random.Next(_brokers);
        if (_network is not null && random.Next(2) == 0) await _network.CutAsync(TimeSpan.FromMilliseconds(random.Next(2000)), stop);
        else if (random.Next(2) == 0)
        {
            await _kafka.KillAsync(broker);
            _killed = broker;
        }
        else
        {
            await _kafka.PauseAsync(broker);
            _paused = broker;
        }
    }

    public async Task CalmAsync()
    {
        if (_killed > 0) await _kafka.ReviveAsync(_killed);
        _killed = 0;
        if (_paused > 0) await _kafka.ResumeAsync(_paused);
        _paused = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await CalmAsync();
        _transactions?.Dispose();
        _producer.Dispose();
        _admin.Dispose();
        await _kafka.DisposeAsync();
        _network?.Dispose();
    }

    private async Task<long[]> TransactAsync(string topic, EmbeddedMessage[] messages, Action<IProducer<byte[]?, byte[]?>> end, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                if (_transactions is null)
                {
                    _transactions = Producer("chaos");
                    await Task.Run(() => Again(() => _transactions.InitTransactions(Patience), stop), stop);
                }
                _transactions.BeginTransaction();
                var offsets = await SendAsync(_transactions, topic, messages, stop);
                await Task.Run(() => Again(() => end(_transactions), stop), stop);
                return offsets;
            }
            // What this one began is aborted as its successor begins, which takes the messages.
            catch (KafkaException) when (!stop.IsCancellationRequested)
            {
                _transactions?.Dispose();
                _transactions = null;
            }
        }
    }

    /// <summary>Until it is known how it ended.</summary>
    private static void Again(Action step, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                step();
                return;
            }
            catch (KafkaRetriableException) when (!stop.IsCancellationRequested)
            {
                // A time that ran out: the same call goes on waiting.
            }
        }
    }

    private static async Task<long[]> SendAsync(IProducer<byte[]?, byte[]?> producer, string topic, EmbeddedMessage[] messages, CancellationToken stop)
    {
        var results = await Task.WhenAll(messages.Select(m => producer.ProduceAsync(new TopicPartition(topic, m.Partition!.Value),
            new() { Value = m.Value, Timestamp = new(m.Timestamp!.Value.UtcDateTime) }, stop)));
        return [.. results.Select(r => r.Offset.Value)];
    }

    private IProducer<byte[]?, byte[]?> Producer(string? transactions) => new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = _kafka.BootstrapServers,
        EnableIdempotence = true,
        TransactionalId = transactions,
        LingerMs = 5,
        ReconnectBackoffMaxMs = 500,
        // What is sent to a broker that stands still goes to another one before long.
        SocketTimeoutMs = 5_000,
    }).SetValueSerializer(Serializers.ByteArray!).SetKeySerializer(Serializers.ByteArray!).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
}
