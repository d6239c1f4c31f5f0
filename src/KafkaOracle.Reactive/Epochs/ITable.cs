namespace KafkaOracle.Reactive;

/// <summary>A table that rows go into.</summary>
public interface ITable
{
    /// <summary>The table's name, as messages and metrics show it; unique within a pipeline.</summary>
    string Name { get; }

    /// <summary>
    /// Whether its rows hold messages as they came. The lanes of a query that writes such a table keep with each record a copy of its
    /// message's value.
    /// </summary>
    bool TakesMessages => false;

    /// <summary>Whether each of its rows says which era it belongs to, so that the rows of an era can be replaced as a whole.</summary>
    /// <remarks>Such a table takes no rows of side outputs, nor of a pipeline without event time: they belong to no era.</remarks>
    bool KeepsEra => false;

    /// <summary>Whether each of its rows says, beside its era, which lane produced it, so that lanes per partition can replace their own rows of an era.</summary>
    bool KeepsLane => false;
}

/// <summary>A table for rows of one type: the port that Oracle's tables, and a test's, plug into.</summary>
public interface ITable<T> : ITable
{
    /// <summary>An empty batch for one epoch.</summary>
    RowBatch<T> NewBatch();

    /// <summary>Writes every value of the row that reaches the table into the digest, in the order of its columns.</summary>
    void Digest(T row, RowDigest digest);
}

/// <summary>The rows of one epoch for one table.</summary>
public abstract class RowBatch(ITable table)
{
    /// <summary>The table they go into.</summary>
    public ITable Table { get; } = table;

    /// <summary>How many rows there are.</summary>
    public abstract int Count { get; }
}

/// <summary>The rows of one epoch for one table, in the order in which they were added.</summary>
public abstract class RowBatch<T>(ITable table) : RowBatch(table)
{
    /// <summary>Adds a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="origin">What it came from, for the day it is rejected.</param>
    public abstract void Add(T row, RowOrigin origin);
}

/// <summary>What a row came from.</summary>
/// <param name="Position">The record that was being pushed through the query; null for a row that a timer produced.</param>
/// <param name="At">Event time when the row was produced, in UTC.</param>
/// <param name="EraStart">Start of the era that the row belongs to, in UTC; null for side outputs and without event time.</param>
/// <param name="Lane">Number of the lane's partitions with <see cref="Lanes.PerPartition"/>; null for a single lane, and where the row belongs to no era.</param>
public readonly record struct RowOrigin(Position? Position, DateTimeOffset At, DateTimeOffset? EraStart = null, int? Lane = null);
