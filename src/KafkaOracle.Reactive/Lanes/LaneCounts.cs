namespace KafkaOracle.Reactive;

/// <summary>What a lane has done with its messages since it started. Each message counts in one of the last four.</summary>
/// <param name="Read">Messages read, those read again after a restart included.</param>
/// <param name="Again">Of them, those before the ledger's position: read again to restore the query's state.</param>
/// <param name="Accepted">Given to the query.</param>
/// <param name="Late">Too late to be put in order.</param>
/// <param name="Undecodable">Those whose decoder or event-time function threw.</param>
/// <param name="OutOfBounds">Those whose event time lies outside the bounds.</param>
public readonly record struct LaneCounts(long Read, long Again, long Accepted, long Late, long Undecodable, long OutOfBounds)
{
    /// <summary>What two lanes have done together.</summary>
    public static LaneCounts operator +(LaneCounts a, LaneCounts b)
        => new(a.Read + b.Read, a.Again + b.Again, a.Accepted + b.Accepted, a.Late + b.Late, a.Undecodable + b.Undecodable, a.OutOfBounds + b.OutOfBounds);

    /// <inheritdoc cref="op_Addition"/>
    public static LaneCounts Add(LaneCounts left, LaneCounts right) => left + right;

    /// <summary>With one message more.</summary>
    internal LaneCounts With(RejectKind? refusal, bool isAgain)
    {
        var counts = this with { Read = Read + 1, Again = Again + (isAgain ? 1 : 0) };
        return refusal switch
        {
            null => counts with { Accepted = Accepted + 1 },
            RejectKind.Late => counts with { Late = Late + 1 },
            RejectKind.Undecodable => counts with { Undecodable = Undecodable + 1 },
            _ => counts with { OutOfBounds = OutOfBounds + 1 },
        };
    }
}
