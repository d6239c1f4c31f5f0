using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Values of some rows, one after another, added first and then read once.</summary>
internal sealed class ResultPage
{
    private List<int> _lengths = [];
    private byte[] _data = new byte[4096];
    private int _cell;
    private int _position;

    public int Used { get; private set; }

    public bool AtEnd => _cell >= _lengths.Count;

    public void AddNull() => _lengths.Add(-1);

    public void Add(ReadOnlySpan<byte> value)
    {
        if (Used + value.Length > _data.Length) Array.Resize(ref _data, Math.Max(Used + value.Length, _data.Length * 2));
        value.CopyTo(_data.AsSpan(Used));
        _lengths.Add(value.Length);
        Used += value.Length;
    }

    public bool Next(out ReadOnlySpan<byte> value)
    {
        var length = _lengths[_cell++];
        value = length < 0 ? default : _data.AsSpan(_position, length);
        _position += Math.Max(0, length);
        return length >= 0;
    }

    public void Write(Stream stream)
    {
        stream.Write(MemoryMarshal.AsBytes<int>([_lengths.Count, Used]));
        stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_lengths)));
        stream.Write(_data.AsSpan(0, Used));
    }

    public static ResultPage Read(Stream stream)
    {
        Span<int> sizes = stackalloc int[2];
        stream.ReadExactly(MemoryMarshal.AsBytes(sizes));
        var page = new ResultPage { _lengths = new List<int>(sizes[0]), _data = new byte[sizes[1]], Used = sizes[1] };
        CollectionsMarshal.SetCount(page._lengths, sizes[0]);
        stream.ReadExactly(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(page._lengths)));
        stream.ReadExactly(page._data);
        return page;
    }
}

/// <summary>Pages of a result in a temporary file, first in, first out.</summary>
internal sealed class PageFile : IDisposable
{
    private readonly FileStream _stream = new(
        Path.Combine(Path.GetTempPath(), $"embedded-oracle-{Guid.NewGuid():N}.rows"),
        new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose });

    private long _read;
    private long _written;

    public void Write(ResultPage page)
    {
        _stream.Position = _written;
        page.Write(_stream);
        _written = _stream.Position;
    }

    /// <summary>The next page; null after the last.</summary>
    public ResultPage? Read()
    {
        if (_read == _written) return null;
        _stream.Position = _read;
        var page = ResultPage.Read(_stream);
        _read = _stream.Position;
        return page;
    }

    public void Dispose() => _stream.Dispose();
}
