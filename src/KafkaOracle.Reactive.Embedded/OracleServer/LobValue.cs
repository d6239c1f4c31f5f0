using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>The locked row whose column shows a LOB, by table, column and SQLite's number of the row.</summary>
internal sealed record LobOrigin(string Table, string Column, long Row);

/// <summary>A LOB's content; lengths and offsets (from 1) count characters for text, bytes otherwise.</summary>
internal sealed class LobValue(bool isText, byte[] bytes)
{
    private readonly int _unit = isText ? 2 : 1;
    private byte[] _bytes = bytes;
    private int _length = bytes.Length;

    public bool IsText => isText;

    public bool IsOpen { get; set; }

    /// <summary>It is a column's value, which may be written only while its row is locked.</summary>
    public bool IsStored { get; init; }

    public LobOrigin? Origin { get; set; }

    /// <summary>All bytes: UTF-16, the higher byte first, for text.</summary>
    public ReadOnlySpan<byte> Content => _bytes.AsSpan(0, _length);

    public long Length => _length / _unit;

    public ReadOnlySpan<byte> Read(long offset, long amount)
    {
        var from = (int)Math.Min(Start(offset), _length);
        return Content.Slice(from, (int)Math.Min(Math.Clamp(amount, 0, int.MaxValue) * _unit, _length - from));
    }

    /// <summary>The length in bytes that a write would leave.</summary>
    public long LengthAfter(long offset, int size) => Math.Max(_length, Start(offset) + size);

    /// <summary>A gap between the end and the offset is filled with zeros, or blanks in text.</summary>
    public long Write(long offset, ReadOnlySpan<byte> data)
    {
        var at = checked((int)Start(offset));
        var end = checked(at + data.Length);
        if (end > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, _bytes.Length * 2L)));
        for (var i = _length; i < at; i++) _bytes[i] = (byte)(isText && i % 2 == 1 ? ' ' : 0);
        data.CopyTo(_bytes.AsSpan(at));
        _length = Math.Max(_length, end);
        return data.Length / _unit;
    }

    public void Trim(long length)
    {
        if (length < 0 || length > Length) throw new OracleError(22926, "specified trim length is greater than current LOB value's length");
        _length = (int)length * _unit;
    }

    private long Start(long offset) => offset is < 1 or > int.MaxValue
        ? throw new OracleError(24801, "illegal parameter value in OCI lob function")
        : (offset - 1) * _unit;
}
