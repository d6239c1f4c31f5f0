using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>Three embedded brokers: leaders and coordinators move, answers are errors or late, brokers go down for a moment.</summary>
internal sealed class EmbeddedBrokers : IBrokers
{
    private const int Brokers = 3;

    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start(new() { Brokers = Brokers });
    private readonly Dictionary<(string Topic, int Partition), long> _ends = [];
    private int _down;

    public string BootstrapServers => _kafka.BootstrapServers;

    public int Acts { get; private set; }

    public Task CreateTopicAsync(string topic)
    {
        _kafka.CreateTopic(topic, Trades.Partitions);
        return Task.CompletedTask;
    }

    public async Task<long[]> ProduceAsync(string topic, EmbeddedMessage[] messages, Random random, CancellationToken stop)
    {
        // These brokers would store a batch twice that they took before they went down.
        Up();
        await _kafka.ProduceAsync(topic, messages, stop);
        return [.. messages.Select(m =>
        {
            var end = _ends.GetValueOrDefault((topic, m.Partition!.Value));
            _ends[(topic, m.Partition.Value)] = end + 1;
            return end;
        })];
    }

    public Task<long[]> EndsAsync(string topic) => Task.FromResult(Enumerable.Range(0, Trades.Partitions).Select(p => _ends.GetValueOrDefault((topic, p))).ToArray());

    public async Task DisturbAsync(string topic, Random random, CancellationToken stop)
    {
        Acts++;
        var broker = 1 + random.Next(Brokers);
        switch (random.Next(6))
        {
            case 0:
                _kafka.MoveLeader(topic, random.Next(Trades.Partitions), broker);
                break;
            case 1:
                _kafka.MoveCoordinator(topic, broker);
                break;
            case 2:
                _kafka.FailRequests(KafkaApi.Fetch, ErrorCode.Local_Transport, ErrorCode.NotLeaderForPartition, ErrorCode.NoError, ErrorCode.ReplicaNotAvailable);
                break;
            case 3:
                _kafka.FailRequests(KafkaApi.OffsetCommit, ErrorCode.NotCoordinatorForGroup, ErrorCode.Local_Transport);
                break;
            case 4:
                _kafka.RoundTripTime(broker, Late);
                await Task.Delay(random.Next(500), stop);
                _kafka.RoundTripTime(broker, TimeSpan.Zero);
                break;
            default:
                Up();
                _kafka.BrokerDown(_down = broker);
                break;
        }
    }

    public Task CalmAsync()
    {
        Up();
        _kafka.ClearRequestErrors(KafkaApi.Fetch);
        _kafka.ClearRequestErrors(KafkaApi.OffsetCommit);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _kafka.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Up()
    {
        if (_down > 0) _kafka.BrokerUp(_down);
        _down = 0;
    }
}
