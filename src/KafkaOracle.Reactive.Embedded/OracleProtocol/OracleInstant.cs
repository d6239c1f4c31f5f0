using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// DATE, TIMESTAMP and their zoned forms on the wire: century and year + 100, month, day, then hour, minute and second + 1; nanoseconds
/// as 4 bytes, left out when 0; for a zone the fields are UTC and hour + 20, minute + 60 of the offset follow. The bytes sort as the
/// instants do, so they are stored as they are.
/// </summary>
internal static class OracleInstant
{
    public const int DateSize = 7;
    public const int TimestampSize = 11;
    public const int ZonedSize = 13;

    public static byte[] Date(DateTime value)
    {
        var bytes = new byte[DateSize];
        WriteDate(value, bytes);
        return bytes;
    }

    public static byte[] Timestamp(DateTime value)
    {
        var nanoseconds = Nanoseconds(value);
        var bytes = new byte[nanoseconds == 0 ? DateSize : TimestampSize];
        WriteDate(value, bytes);
        if (nanoseconds != 0) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(DateSize), nanoseconds);
        return bytes;
    }

    public static byte[] Zoned(DateTimeOffset value)
    {
        var bytes = new byte[ZonedSize];
        WriteDate(value.UtcDateTime, bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(DateSize), Nanoseconds(value.UtcDateTime));
        bytes[11] = (byte)(value.Offset.Hours + 20);
        bytes[12] = (byte)(value.Offset.Minutes + 60);
        return bytes;
    }

    /// <summary>The local fields of a DATE or TIMESTAMP, or the UTC fields of a zoned one, to 100 nanoseconds.</summary>
    public static DateTime Fields(ReadOnlySpan<byte> wire)
    {
        var value = new DateTime(((wire[0] - 100) * 100) + wire[1] - 100, wire[2], wire[3], wire[4] - 1, wire[5] - 1, wire[6] - 1);
        return wire.Length >= TimestampSize ? value.AddTicks(BinaryPrimitives.ReadInt32BigEndian(wire[DateSize..]) / 100) : value;
    }

    public static DateTimeOffset FromZoned(ReadOnlySpan<byte> wire)
    {
        var utc = new DateTimeOffset(DateTime.SpecifyKind(Fields(wire), DateTimeKind.Utc));
        // Bit 7 of the hour says that a region, not an offset, follows: shown in UTC.
        return wire.Length < ZonedSize || (wire[11] & 0x80) != 0 ? utc : utc.ToOffset(new TimeSpan(wire[11] - 20, wire[12] - 60, 0));
    }

    /// <summary>The UTC instant of a zoned value, as a TIMESTAMP.</summary>
    public static byte[] Utc(ReadOnlySpan<byte> wire) => Trim(wire.Length > TimestampSize ? wire[..TimestampSize] : wire).ToArray();

    /// <summary>Leaves out nanoseconds that are 0, so that equal instants have equal bytes.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> wire) =>
        wire.Length == TimestampSize && BinaryPrimitives.ReadInt32BigEndian(wire[DateSize..]) == 0 ? wire[..DateSize] : wire;

    public static byte[] Interval(TimeSpan value)
    {
        var bytes = new byte[11];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(value.Days + 0x80000000L));
        bytes[4] = (byte)(value.Hours + 60);
        bytes[5] = (byte)(value.Minutes + 60);
        bytes[6] = (byte)(value.Seconds + 60);
        var nanoseconds = value.Ticks % TimeSpan.TicksPerSecond * 100;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(7), (uint)(nanoseconds + 0x80000000L));
        return bytes;
    }

    public static TimeSpan FromInterval(ReadOnlySpan<byte> wire)
    {
        var days = BinaryPrimitives.ReadUInt32BigEndian(wire) - 0x80000000L;
        var nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(wire[7..]) - 0x80000000L;
        return new TimeSpan((int)days, wire[4] - 60, wire[5] - 60, wire[6] - 60) + TimeSpan.FromTicks(nanoseconds / 100);
    }

    private static int Nanoseconds(DateTime value) => (int)(value.Ticks % TimeSpan.TicksPerSecond) * 100;

    private static void WriteDate(DateTime value, Span<byte> target)
    {
        target[0] = (byte)((value.Year / 100) + 100);
        target[1] = (byte)((value.Year % 100) + 100);
        target[2] = (byte)value.Month;
        target[3] = (byte)value.Day;
        target[4] = (byte)(value.Hour + 1);
        target[5] = (byte)(value.Minute + 1);
        target[6] = (byte)(value.Second + 1);
    }
}
