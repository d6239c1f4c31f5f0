namespace KafkaOracle.Reactive;

/// <summary>A Kafka topic that a query writes dead letters to, as it writes rows into a table. A <see cref="DeadLetterStore"/> sends them.</summary>
/// <remarks>
/// At least once: an epoch's letters are sent before its rows commit, and again when a restart computes them again. Two letters of one
/// message have the same source position.
/// </remarks>
public sealed class DeadLetterTopic : ITable<DeadLetter>
{
    /// <summary>A topic for dead letters.</summary>
    /// <param name="name">The topic's name. It must exist; it should not be compacted, as letters may have no value.</param>
    public DeadLetterTopic(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The topic's name.</summary>
    public string Name { get; }

    /// <summary>True: the lanes keep each message's value until its record has left the query.</summary>
    public bool TakesMessages => true;

    /// <inheritdoc/>
    public RowBatch<DeadLetter> NewBatch() => new DeadLetterBatch(this);

    /// <inheritdoc/>
    public void Digest(DeadLetter row, RowDigest digest)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(digest);
        digest.Add(row.Source.Topic);
        digest.Add(row.Source.Partition);
        digest.Add(row.Source.Offset);
        digest.Add(row.Kind);
        digest.Add(row.Reason);
        digest.Add(string.Join(",", row.Rules));
    }
}

/// <summary>The dead letters of one epoch for one topic, as the query wrote them.</summary>
internal sealed class DeadLetterBatch(DeadLetterTopic topic) : RowBatch<DeadLetter>(topic)
{
    private readonly List<DeadLetter> _letters = [];

    public override int Count => _letters.Count;

    public IReadOnlyList<DeadLetter> Letters => _letters;

    public override void Add(DeadLetter row, RowOrigin origin) => _letters.Add(row);
}
