using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// A LOB locator: bytes 0 and 1 the length of the rest, 3 version 1, 4 the kind (1 BLOB, 2 CLOB; 0x80 temporary), 5 initialised (8) and
/// the character set form (0x80 national), 6 varying width (0x80: data travels as UTF-16), 7 temporary (1), 9 bytes a unit, then what
/// only the server understands: here the number of the LOB in its session.
/// </summary>
internal static class LobLocator
{
    public const int Size = 40;
    private const int NumberAt = 10;

    public static byte[] Create(long number, bool isText, bool isNational, bool isTemporary, int size)
    {
        var locator = new byte[Math.Max(Size, size)];
        BinaryPrimitives.WriteUInt16BigEndian(locator, (ushort)(locator.Length - 2));
        locator[3] = 1;
        locator[4] = (byte)((isText ? 0x02 : 0x01) | (isTemporary ? 0x80 : 0));
        locator[5] = (byte)(0x08 | (isNational ? 0x80 : 0));
        if (isText) locator[6] = 0x80;
        if (isTemporary) locator[7] = 1;
        locator[9] = (byte)(isText ? 2 : 1);
        BinaryPrimitives.WriteInt64BigEndian(locator.AsSpan(NumberAt), number);
        return locator;
    }

    /// <summary>The number in a locator, 0 when it is none of ours.</summary>
    public static long Number(ReadOnlySpan<byte> locator) =>
        locator.Length < NumberAt + sizeof(long) ? 0 : BinaryPrimitives.ReadInt64BigEndian(locator[NumberAt..]);
}
