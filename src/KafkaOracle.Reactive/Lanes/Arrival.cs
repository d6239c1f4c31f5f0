namespace KafkaOracle.Reactive;

/// <summary>A message as it arrives, decoded and judged: a record that gets into the query, or the reason why not.</summary>
internal readonly struct Arrival
{
    private readonly string _reason;

    private Arrival(Record? record, RejectKind? refusal, string reason) => (Record, Refusal, _reason) = (record, refusal, reason);

    /// <summary>Null where the message could not be decoded.</summary>
    public Record? Record { get; }

    /// <summary>Null where the record is accepted.</summary>
    public RejectKind? Refusal { get; }

    /// <summary>Decodes a message and judges it by what its own partition had before it.</summary>
    /// <exception cref="DecoderUnavailableException">The decoder cannot work now.</exception>
    public static Arrival Of(Slab slab, in SlabEntry entry, PartitionProgress partition)
    {
        var input = partition.Input;
        var timestamp = EventTime.OfUnixMilliseconds(entry.Timestamp);
        var origin = new RecordOrigin(partition.Partition, entry.Partition, entry.Offset, slab.Key(entry), entry.KeyLength >= 0, slab.HeaderBytes(entry),
            timestamp, input.KeepsPayload && entry.ValueLength >= 0 ? slab.Value(entry).ToArray() : null);
        Record record;
        try
        {
            var message = new RawMessage
            {
                Partition = partition.Partition,
                Offset = entry.Offset,
                Timestamp = EventTime.At(timestamp),
                Value = slab.Value(entry),
                IsTombstone = entry.ValueLength < 0,
                Key = origin.Key,
                HasKey = origin.HasKey,
                Headers = new(origin.Headers),
            };
            record = input.Decode(message, origin, timestamp);
        }
        catch (Exception fault) when (fault is not DecoderUnavailableException)
        {
            return new(null, RejectKind.Undecodable, fault.Message);
        }
        if (!input.HasEventTime) return new(record, null, "");
        if (input.OutOfBounds(record, timestamp) is { } violation) return new(record, RejectKind.OutOfBounds, violation);
        return new(record, partition.IsLate(record.Ticks, entry.Offset) ? RejectKind.Late : null, "");
    }

    /// <summary>What of a refused message is kept.</summary>
    public Reject ToReject(Slab slab, in SlabEntry entry, PartitionProgress partition)
    {
        var reason = Refusal == RejectKind.Late
            ? $"event time {Record!.At:O} came more than the lateness of {TimeSpan.FromTicks(partition.Input.Lateness)} behind its partition" : _reason;
        return new(Refusal!.Value, reason, new(partition.Partition.Topic, partition.Partition.Partition, entry.Offset), Record?.At,
            entry.KeyLength < 0 ? null : slab.Key(entry).ToArray(), entry.ValueLength < 0 ? null : slab.Value(entry).ToArray())
        {
            Timestamp = EventTime.At(EventTime.OfUnixMilliseconds(entry.Timestamp)),
            Headers = new(slab.HeaderBytes(entry)),
        };
    }
}
