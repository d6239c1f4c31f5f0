using System.Globalization;

namespace KafkaOracle.Reactive;

/// <summary>One partition of a topic's log.</summary>
public readonly record struct LogPartition(string Topic, int Partition) : IComparable<LogPartition>
{
    /// <summary>By topic in ordinal order, then by partition: the order in which a lane breaks ties of event time.</summary>
    public int CompareTo(LogPartition other)
        => string.CompareOrdinal(Topic, other.Topic) is var order and not 0 ? order : Partition.CompareTo(other.Partition);

    /// <inheritdoc/>
    public static bool operator <(LogPartition left, LogPartition right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator >(LogPartition left, LogPartition right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator <=(LogPartition left, LogPartition right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >=(LogPartition left, LogPartition right) => left.CompareTo(right) >= 0;

    /// <summary><c>sales[3]</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}[{Partition}]");
}

/// <summary>Where a message stands in the log.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="Offset">The offset within the partition, from 0; gaps are normal.</param>
public readonly record struct Position(string Topic, int Partition, long Offset)
{
    /// <summary><c>sales[3]@1042</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}[{Partition}]@{Offset}");
}
