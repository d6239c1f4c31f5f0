using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>DBMS_OUTPUT: lines that blocks of a session leave for the client to fetch, once it has enabled it.</summary>
internal sealed class ServerOutput
{
    private const int LongestLine = 32767;
    private const int MostCharacters = 1_000_000;
    private readonly Queue<string> _lines = new();
    private string _line = "";
    private bool _isEnabled;
    private int _held;

    public void Enable() => _isEnabled = true;

    public void Disable()
    {
        _isEnabled = false;
        _lines.Clear();
        (_line, _held) = ("", 0);
    }

    public void Put(string? text)
    {
        if (!_isEnabled || text == null) return;
        if (_line.Length + text.Length > LongestLine) throw new OracleError(20000, $"ORU-10028: line length overflow, limit of {LongestLine} bytes per line");
        if ((_held += text.Length) > MostCharacters) throw new OracleError(20000, $"ORU-10027: buffer overflow, limit of {MostCharacters} bytes");
        _line += text;
    }

    public void PutLine(string? text)
    {
        Put(text);
        if (!_isEnabled) return;
        _lines.Enqueue(_line);
        _held++;
        _line = "";
    }

    /// <summary>The next line, null when it is empty. False when there are no more.</summary>
    public bool TryGetLine(out string? line)
    {
        var found = _lines.TryDequeue(out line);
        if (found) _held -= line!.Length + 1;
        if (line?.Length == 0) line = null;
        return found;
    }
}
