using System.Buffers.Binary;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// Rows in one value, as the elements of a JSON array that SQLite's json_each takes apart: each the hexadecimal digits of its columns'
/// kinds, lengths and bytes.
/// </summary>
internal static class PackedRows
{
    private const int Header = 5;

    public static void Define(FunctionSet functions)
    {
        functions.Aggregate<Rows>("o_pack", -1);
        functions.Strict("o_unpack", 2, a => Column(a.Bytes(0), a.Integer(1)));
    }

    /// <summary>The rows that were added, as o_unpack reads them.</summary>
    internal sealed class Builder
    {
        private readonly StringBuilder _rows = new("[");

        public void Begin() => _rows.Append(_rows.Length > 1 ? ",\"" : "\"");

        public void Add(object? value)
        {
            var bytes = value switch { null => [], string text => Encoding.UTF8.GetBytes(text), _ => (byte[])value };
            Span<byte> header = stackalloc byte[Header];
            header[0] = (byte)(value switch { null => 'n', string => 't', _ => 'b' });
            BinaryPrimitives.WriteInt32BigEndian(header[1..], bytes.Length);
            _rows.Append(Convert.ToHexString(header)).Append(Convert.ToHexString(bytes));
        }

        public void End() => _rows.Append('"');

        public override string ToString() => _rows + "]";
    }

    private static object? Column(ReadOnlySpan<byte> row, int column)
    {
        while (true)
        {
            var header = Digits(row[..(2 * Header)]);
            var length = 2 * BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
            row = row[(2 * Header)..];
            if (column-- == 0) return header[0] switch { (byte)'n' => null, (byte)'t' => Encoding.UTF8.GetString(Digits(row[..length])), _ => Digits(row[..length]) };
            row = row[length..];
        }
    }

    private static byte[] Digits(ReadOnlySpan<byte> hex) => Convert.FromHexString(Encoding.ASCII.GetString(hex));

    private sealed class Rows : Accumulator
    {
        private readonly Builder _rows = new();

        public override bool TakesNulls => true;

        public override object Result => _rows.ToString();

        public override void Add(FunctionSet.Arguments a)
        {
            _rows.Begin();
            for (var i = 0; i < a.Count; i++) _rows.Add(a.Value(i));
            _rows.End();
        }
    }
}
