using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>
/// The LOBs that a session's locators stand for, kept in memory under the number in the locator. CLOBs travel as UTF-16. Locators of
/// columns are not freed by clients: when memory runs out the oldest of them go.
/// </summary>
/// <param name="mostBytes">Most bytes of all of them.</param>
internal sealed class SessionLobs(long mostBytes)
{
    public const int ChunkSize = 8060;
    private readonly Dictionary<long, LobValue> _values = [];
    private readonly Queue<long> _fetched = new();
    private long _last;
    private long _bytes;

    /// <summary>The value behind a locator that was bound: UTF-8 for a CLOB.</summary>
    public byte[] Stored(ReadOnlySpan<byte> locator) => Stored(Find(locator));

    public static byte[] Stored(LobValue lob) =>
        lob.IsText ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(lob.Content)) : lob.Content.ToArray();

    public LobValue Find(ReadOnlySpan<byte> locator)
    {
        var number = LobLocator.Number(locator);
        if (_values.TryGetValue(number, out var lob)) return lob;
        throw number > 0 && number <= _last
            ? new OracleError(22922, "nonexistent LOB value")
            : new OracleError(22275, "invalid LOB locator specified");
    }

    public void Free(ReadOnlySpan<byte> locator)
    {
        if (_values.Remove(LobLocator.Number(locator), out var lob)) _bytes -= lob.Content.Length;
    }

    /// <summary>A locator for a new temporary LOB.</summary>
    public byte[] CreateTemporary(bool isText, bool isNational, int size) =>
        LobLocator.Create(Keep(new LobValue(isText, [])), isText, isNational, isTemporary: true, size);

    public long Write(ReadOnlySpan<byte> locator, long offset, ReadOnlySpan<byte> data)
    {
        var lob = Find(locator);
        var before = lob.Content.Length;
        MakeRoom(lob.LengthAfter(offset, data.Length) - before);
        var written = lob.Write(offset, data);
        _bytes += lob.Content.Length - before;
        return written;
    }

    public void Trim(ReadOnlySpan<byte> locator, long length)
    {
        var lob = Find(locator);
        _bytes -= lob.Content.Length;
        lob.Trim(length);
        _bytes += lob.Content.Length;
    }

    /// <summary>A LOB column of a row: sizes and a first part when the client wants them, and the locator.</summary>
    public LobValue WriteColumn(TtcWriter writer, OracleType type, ReadOnlySpan<byte> value, BindDescription? define)
    {
        var isText = type.IsText;
        var lob = new LobValue(isText, isText ? Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(value)) : value.ToArray()) { IsStored = true };
        var number = Keep(lob);
        _fetched.Enqueue(number);
        var locator = LobLocator.Create(number, isText, type.IsNational, isTemporary: false, LobLocator.Size);
        writer.Ub(locator.Length);
        if (define is { WantsLobPrefetch: true })
        {
            writer.Ub(lob.Length).Ub(ChunkSize);
            if (define.MaxChars > 0)
            {
                if (isText) writer.U8(1).Ub(Capabilities.NationalCharset).U8(type.IsNational ? 2 : 1);
                writer.Clr(lob.Read(1, define.MaxChars));
            }
        }
        writer.Clr(locator);
        return lob;
    }

    private long Keep(LobValue lob)
    {
        MakeRoom(lob.Content.Length);
        _values[++_last] = lob;
        _bytes += lob.Content.Length;
        return _last;
    }

    private void MakeRoom(long more)
    {
        while (_bytes + more > mostBytes && _fetched.TryDequeue(out var oldest))
            if (_values.Remove(oldest, out var lob)) _bytes -= lob.Content.Length;
        if (_bytes + more > mostBytes) throw new OracleError(1652, "unable to extend temp segment in tablespace TEMP");
    }
}
