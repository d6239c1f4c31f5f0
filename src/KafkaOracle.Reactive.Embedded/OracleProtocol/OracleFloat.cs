using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>BINARY_DOUBLE and BINARY_FLOAT: big-endian IEEE with the sign bit flipped, or every bit of a negative one, so bytes sort.</summary>
internal static class OracleFloat
{
    private const long NotANumber = 0x7FF8000000000000;

    /// <summary>There is one NaN, which is greater than all numbers, and one zero.</summary>
    public static byte[] Double(double value)
    {
        var bits = double.IsNaN(value) ? NotANumber : value == 0 ? 0 : BitConverter.DoubleToInt64Bits(value);
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, bits < 0 ? ~bits : bits | long.MinValue);
        return bytes;
    }

    public static byte[] Single(float value)
    {
        var bits = float.IsNaN(value) ? 0x7FC00000 : value == 0 ? 0 : BitConverter.SingleToInt32Bits(value);
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bits < 0 ? ~bits : bits | int.MinValue);
        return bytes;
    }

    /// <summary>Reads 8 bytes as BINARY_DOUBLE, 4 as BINARY_FLOAT.</summary>
    public static double Read(ReadOnlySpan<byte> wire)
    {
        if (wire.Length == 4)
        {
            var single = BinaryPrimitives.ReadInt32BigEndian(wire);
            return BitConverter.Int32BitsToSingle(single < 0 ? single & int.MaxValue : ~single);
        }
        var bits = BinaryPrimitives.ReadInt64BigEndian(wire);
        return BitConverter.Int64BitsToDouble(bits < 0 ? bits & long.MaxValue : ~bits);
    }
}
