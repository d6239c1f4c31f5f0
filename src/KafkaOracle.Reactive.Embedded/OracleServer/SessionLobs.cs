using System.Buffers.Binary;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>The LOBs that a session's locators stand for, kept in memory under the number in the locator. CLOBs travel as UTF-16.</summary>
internal sealed class SessionLobs(TtcWriter writer)
{
    public const int LocatorSize = 40;
    private const int ChunkSize = 8060;
    private const int Utf16 = 2000;
    private const int MostFetched = 4096;
    private readonly Dictionary<long, LobValue> _values = [];
    private readonly Queue<long> _fetched = new();
    private long _last;

    /// <summary>The value behind a locator that was bound: UTF-8 for a CLOB.</summary>
    public byte[] Stored(ReadOnlySpan<byte> locator) => Find(locator) is var lob && lob.IsText
        ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(lob.Bytes))
        : lob.Bytes;

    public LobValue Find(ReadOnlySpan<byte> locator) =>
        locator.Length >= 18 && _values.TryGetValue(Id(locator), out var lob) ? lob : throw new OracleError(22275, "invalid LOB locator specified");

    public void Free(ReadOnlySpan<byte> locator) => _values.Remove(Id(locator));

    /// <summary>A locator of at least 40 bytes for a new temporary LOB.</summary>
    public byte[] CreateTemporary(bool isText, int size) => Locator(new LobValue(isText, []), temporary: true, Math.Max(LocatorSize, size));

    /// <summary>A LOB column of a row: the locator, or the whole value when the client defined it as LONG.</summary>
    public void WriteColumn(OracleType type, ReadOnlySpan<byte> value, BindDescription? define)
    {
        if (define != null && WireType.IsLong(define.Type))
        {
            writer.Clr(value).Ub(0).Ub(0);
            return;
        }
        var isText = type.Kind == TypeKind.Clob;
        var lob = new LobValue(isText, isText ? Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(value)) : value.ToArray());
        var locator = Locator(lob, temporary: false, LocatorSize);
        Forget(locator);
        writer.Ub(locator.Length);
        if (define is { WantsLobPrefetch: true })
        {
            writer.Ub(lob.Length).Ub(ChunkSize);
            if (define.MaxChars > 0)
            {
                if (isText) writer.U8(1).Ub(Utf16).U8(1);
                writer.Clr(lob.Read(1, define.MaxChars));
            }
        }
        writer.Clr(locator);
    }

    public static int Chunk => ChunkSize;

    /// <summary>Locators of columns are not freed by clients, so only the latest few thousand are remembered.</summary>
    private void Forget(byte[] locator)
    {
        _fetched.Enqueue(Id(locator));
        while (_fetched.Count > MostFetched) _values.Remove(_fetched.Dequeue());
    }

    /// <summary>Bytes 0..1 length, 3 version 2, 4 kind, 5 initialised, 6 UTF-16 for a CLOB, 7 temporary, from 10 the number.</summary>
    private byte[] Locator(LobValue lob, bool temporary, int size)
    {
        var locator = new byte[size];
        BinaryPrimitives.WriteUInt16BigEndian(locator, (ushort)(size - 2));
        locator[3] = 2;
        locator[4] = (byte)(lob.IsText ? 2 : 1);
        locator[5] = 8;
        if (lob.IsText) locator[6] = 0x80;
        if (temporary) locator[7] = 1;
        BinaryPrimitives.WriteInt64BigEndian(locator.AsSpan(10), ++_last);
        _values[_last] = lob;
        return locator;
    }

    private static long Id(ReadOnlySpan<byte> locator) => BinaryPrimitives.ReadInt64BigEndian(locator[10..]);
}

/// <summary>A LOB's content; lengths and offsets (from 1) count characters for text, bytes otherwise.</summary>
internal sealed class LobValue(bool isText, byte[] bytes)
{
    private readonly int _unit = isText ? 2 : 1;

    public bool IsText => isText;

    public byte[] Bytes { get; private set; } = bytes;

    public long Length => Bytes.Length / _unit;

    public ReadOnlySpan<byte> Read(long offset, long amount)
    {
        var from = (int)Math.Min((offset - 1) * _unit, Bytes.Length);
        return Bytes.AsSpan(from, (int)Math.Min(amount * _unit, Bytes.Length - from));
    }

    public long Write(long offset, ReadOnlySpan<byte> data)
    {
        var at = (int)(offset - 1) * _unit;
        if (Bytes.Length < at + data.Length)
        {
            var longer = new byte[at + data.Length];
            Bytes.CopyTo(longer, 0);
            Bytes = longer;
        }
        data.CopyTo(Bytes.AsSpan(at));
        return data.Length / _unit;
    }

    public void Trim(long length) => Bytes = Bytes[..(int)Math.Min(length * _unit, Bytes.Length)];
}
