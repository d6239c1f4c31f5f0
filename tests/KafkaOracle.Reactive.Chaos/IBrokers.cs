using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>Where the messages are, and what happens there: embedded brokers or real ones.</summary>
internal interface IBrokers : IAsyncDisposable
{
    string BootstrapServers { get; }

    /// <summary>What happened so far.</summary>
    int Acts { get; }

    /// <summary>Makes a topic of <see cref="Trades.Partitions"/> partitions.</summary>
    Task CreateTopicAsync(string topic);

    /// <summary>Writes messages, each once, and says at which offsets they are.</summary>
    Task<long[]> ProduceAsync(string topic, EmbeddedMessage[] messages, Random random, CancellationToken stop);

    /// <summary>Where the log ends, by partition.</summary>
    Task<long[]> EndsAsync(string topic);

    /// <summary>Something happens; what it was may last until the next time.</summary>
    Task DisturbAsync(string topic, Random random, CancellationToken stop);

    /// <summary>All brokers serve again.</summary>
    Task CalmAsync();
}
