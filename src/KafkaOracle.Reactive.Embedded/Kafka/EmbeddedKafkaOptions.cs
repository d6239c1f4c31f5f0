namespace KafkaOracle.Reactive.Embedded;

/// <summary>How an <see cref="EmbeddedKafka"/> starts.</summary>
public sealed class EmbeddedKafkaOptions
{
    /// <summary>Number of brokers, with the ids 1, 2, …</summary>
    /// <value>1 to 32. The default is 1.</value>
    public int Brokers { get; set; } = 1;

    /// <summary>How long a new group of the classic protocol waits for further members before its first assignment.</summary>
    /// <value>0 to 1 minute, in milliseconds. The default is 100 milliseconds; a real broker's is 3 seconds.</value>
    public TimeSpan RebalanceDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a member of a KIP-848 group (<c>group.protocol=consumer</c>) is told to send heartbeats.</summary>
    /// <value>10 milliseconds to 1 minute. The default is 200 milliseconds; a real broker's is 5 seconds.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>After which silence a member of a KIP-848 group loses its partitions. Classic groups take it from the consumer.</summary>
    /// <value>From <see cref="HeartbeatInterval"/> to 1 hour. The default is 6 seconds; a real broker's is 45.</value>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How long <see cref="EmbeddedKafka.Produce"/> tries to deliver a message, with a broker down for example.</summary>
    /// <value>1 second to 1 hour. The default is 30 seconds.</value>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Require(nameof(Brokers), Brokers, 1, 32);
        Require(nameof(RebalanceDelay), RebalanceDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Require(nameof(HeartbeatInterval), HeartbeatInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Require(nameof(SessionTimeout), SessionTimeout, HeartbeatInterval, TimeSpan.FromHours(1));
        Require(nameof(DeliveryTimeout), DeliveryTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    private static void Require<T>(string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {least} to {most}.");
    }
}
