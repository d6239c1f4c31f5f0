using System.Collections.Concurrent;
using Avro.Generic;
using Avro.IO;

namespace KafkaOracle.Reactive;

/// <summary>Reads values of one schema, for any number of lanes: each has a reader of its own while it reads.</summary>
internal sealed class AvroReader<T>
{
    private readonly ConcurrentBag<Reading> _idle = [];
    private readonly Func<DatumReader<T>> _create;

    /// <exception cref="Avro.AvroException">The schemas do not go together.</exception>
    public AvroReader(Func<DatumReader<T>> create)
    {
        _create = create;
        _idle.Add(new(create()));
    }

    public T Read(ReadOnlySpan<byte> datum)
    {
        if (!_idle.TryTake(out var reading)) reading = new(_create());
        try
        {
            return reading.Read(datum);
        }
        finally
        {
            _idle.Add(reading);
        }
    }

    private sealed class Reading(DatumReader<T> reader)
    {
        private byte[] _buffer = [];

        public T Read(ReadOnlySpan<byte> datum)
        {
            if (_buffer.Length < datum.Length) _buffer = new byte[Math.Max(datum.Length, 2 * _buffer.Length)];
            datum.CopyTo(_buffer);
            using var bytes = new MemoryStream(_buffer, 0, datum.Length, writable: false);
            var value = reader.Read(default!, new BinaryDecoder(bytes));
            return bytes.Position == bytes.Length ? value
                : throw new FormatException($"The value ends at byte {bytes.Position} of {bytes.Length}: it was written with another schema.");
        }
    }
}
