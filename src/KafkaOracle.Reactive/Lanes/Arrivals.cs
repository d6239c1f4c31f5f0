namespace KafkaOracle.Reactive;

/// <summary>What becomes of a message when it comes: it is put aside, or waits to be put in order.</summary>
/// <param name="partitions">The lane's partitions.</param>
/// <param name="decoding">Decodes.</param>
/// <param name="lookUps">Begun for each record that is accepted.</param>
/// <param name="waiting">Takes the records that are accepted.</param>
/// <param name="cutter">Takes what is rejected.</param>
/// <param name="onSide">Takes each record for the side outputs, in the order of arrival, and whether it is late.</param>
internal sealed class Arrivals(
    PartitionProgress[] partitions, DecoderRetry decoding, LaneLookUps lookUps, OrderingBuffer waiting, EpochCutter cutter, Action<Record, bool> onSide)
{
    private LaneCounts _counts;

    public LaneCounts Counts => _counts;

    /// <summary>Latest event time accepted.</summary>
    public long Latest { get; private set; } = EventTime.Never;

    /// <summary>The source says that a partition has no message below an offset any more, nor at it yet.</summary>
    public void TakeEnd(int index, long offset)
    {
        var partition = partitions[index];
        if (offset < partition.Next) return;
        partition.IsAtEnd = true;
        if (offset <= partition.Next) return;                   // control records leave gaps
        partition.Next = offset;
        cutter.HasProgress |= offset > partition.CommittedNext;
    }

    /// <summary>Takes a message.</summary>
    /// <param name="slab">Where it is.</param>
    /// <param name="entry">The message.</param>
    /// <param name="watermark">Event time reached: a partition that was idle is late before it.</param>
    public void Take(Slab slab, in SlabEntry entry, long watermark)
    {
        var partition = partitions[entry.Partition];
        if (entry.Offset < partition.Next) return;
        partition.IsAtEnd = false;
        var (isNew, skippedFrom) = (entry.Offset >= partition.CommittedNext, partition.SkippedFrom(entry.Offset));
        if (isNew && partition.IsIdle) partition.ComeBack(entry.Offset, watermark);
        var arrival = decoding.Take(slab, entry, partition);
        _counts = _counts.With(arrival.Refusal, isAgain: !isNew);
        if (partition.TakeFailure(entry.Offset) is { } failure)
        {
            cutter.Add(arrival.ToReject(RejectKind.Failed, failure, slab, entry, partition));
            cutter.HasProgress = true;
        }
        if (isNew && skippedFrom > 0 && arrival is { Record: { } sideways, Refusal: not RejectKind.OutOfBounds }) onSide(sideways, false);
        if (arrival.Refusal is null) Accept(arrival.Record!, partition);
        else if (isNew && arrival.Refusal == RejectKind.Late && partition.Input.TakesLate && skippedFrom > 0) onSide(arrival.Record!, true);
        else if (isNew && skippedFrom > 0) cutter.Add(arrival.ToReject(slab, entry, partition));
        partition.Next = entry.Offset + 1;
        cutter.HasProgress |= isNew;
    }

    private void Accept(Record record, PartitionProgress partition)
    {
        if (!partition.Input.HasEventTime) return;
        Latest = Math.Max(Latest, record.Ticks);
        lookUps.Begin(partition.Input, record);
        waiting.Add(record);
        partition.See(record.Ticks, record.Offset);
    }
}
