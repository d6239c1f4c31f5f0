using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>
/// Copies each message straight from the client's memory into the open slab: its "deserializers" return nothing. Their spans are
/// valid within the call only.
/// </summary>
internal sealed class SlabFiller
{
    public SlabFiller(Slab slab)
    {
        Slab = slab;
        Key = new KeyWriter(this);
        Value = new ValueWriter(this);
    }

    /// <summary>The open slab.</summary>
    public Slab Slab { get; set; }

    public IDeserializer<Ignore> Key { get; }

    public IDeserializer<Ignore> Value { get; }

    private sealed class KeyWriter(SlabFiller filler) : IDeserializer<Ignore>
    {
        public Ignore Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            if (!isNull) filler.Slab.WriteKey(data);
            return null!;
        }
    }

    // Called after the key's, for tombstones too.
    private sealed class ValueWriter(SlabFiller filler) : IDeserializer<Ignore>
    {
        public Ignore Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
        {
            if (context.Headers is { } headers)
                for (var i = 0; i < headers.Count; i++)
                {
                    var value = headers[i].GetValueBytes();
                    filler.Slab.WriteHeader(headers[i].Key, value, value is null);
                }
            if (!isNull) filler.Slab.WriteValue(data);
            return null!;
        }
    }
}
