using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// The rows of a direct path load: pieces of flags (0x20: their length follows), a number of segments and the segments. 0x04 ends a
/// row; 0x01 and 0x02 say that the last segment continues in the next piece, and the first one is continued from the piece before.
/// </summary>
internal sealed class DirectPathStream
{
    private const int EndsRow = 0x04;
    private const int HasLength = 0x20;
    private const int ContinuesNext = 0x01;
    private const int ContinuesPrevious = 0x02;
    private const int Null = 0xff;
    private const int Long = 0xfe;
    private readonly int _columns;
    private readonly List<byte[]?> _row;
    private byte[]? _partial;

    public DirectPathStream(int columns)
    {
        _columns = columns;
        _row = new List<byte[]?>(columns);
    }

    /// <summary>Takes a buffer apart; a row, or even a value, may go on in the next one.</summary>
    public void Read(ReadOnlySpan<byte> stream, Action<IReadOnlyList<byte[]?>> onRow)
    {
        var at = 0;
        while (at < stream.Length)
        {
            int flags = Take(stream, ref at, 1)[0];
            if ((flags & HasLength) != 0) Take(stream, ref at, 2);
            int segments = Take(stream, ref at, 1)[0];
            for (var i = 0; i < segments; i++)
            {
                int length = Take(stream, ref at, 1)[0];
                if (length == Null)
                {
                    Add(null);
                    continue;
                }
                if (length == Long) length = BinaryPrimitives.ReadUInt16BigEndian(Take(stream, ref at, 2));
                var segment = Take(stream, ref at, length);
                var continues = i == segments - 1 && (flags & ContinuesNext) != 0;
                if (i > 0 || (flags & ContinuesPrevious) == 0) _partial = null;
                if (_partial != null || continues) _partial = [.. _partial ?? [], .. segment];
                if (continues) continue;
                Add(_partial ?? segment.ToArray());
                _partial = null;
            }
            if ((flags & EndsRow) == 0) continue;
            if (_row.Count != _columns) throw new InvalidDataException($"A row of a direct path load has {_row.Count} values for {_columns} columns.");
            onRow(_row);
            _row.Clear();
        }
    }

    private void Add(byte[]? value)
    {
        if (_row.Count == _columns) throw new InvalidDataException("A row of a direct path load has too many values.");
        _row.Add(value);
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> stream, ref int at, int length)
    {
        if (at + length > stream.Length) throw new InvalidDataException("The stream of a direct path load ends inside a piece.");
        var taken = stream.Slice(at, length);
        at += length;
        return taken;
    }
}
