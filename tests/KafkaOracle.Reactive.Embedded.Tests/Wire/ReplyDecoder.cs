using System.Buffers.Binary;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>What a decoder has to know from the request.</summary>
internal sealed record ReplyContext(string Kind = "", string Lob = "", bool RowCounts = false, IReadOnlyList<(int Type, long Size)>? Columns = null);

/// <summary>
/// Takes a reply apart into named fields, in order: "error1.position" = "14". Fields that differ between two runs of one server are
/// "*" when they are there.
/// </summary>
internal sealed partial class ReplyDecoder
{
    private static readonly HashSet<string> Volatile =
    [
        "seq", "call", "cursor", "scn", "scn_high", "preamble_date", "date", "rowid", "logical_rowid", "locator", "filler", "header_byte",
        "AUTH_SESSKEY", "AUTH_VFR_DATA", "AUTH_PBKDF2_CSK_SALT", "AUTH_SVR_RESPONSE", "AUTH_SESSION_ID", "AUTH_SERIAL_NUM", "AUTH_SERVER_PID",
        "AUTH_DB_ID", "AUTH_DB_MOUNT_ID", "AUTH_PDB_UID", "AUTH_USER_ID", "AUTH_LAST_LOGIN", "AUTH_SC_SERVER_HOST", "AUTH_SC_INSTANCE_START_TIME",
        "AUTH_GLOBALLY_UNIQUE_DBID", "os_pid",
    ];

    private readonly ReplyReader _reader;
    private readonly ReplyContext _context;
    private readonly bool _longErrors;
    private readonly Dictionary<string, int> _seen = [];
    private List<(int Type, long Size)> _columns;
    private string[] _row = [];
    private byte[]? _bits;
    private string _message = "";

    private ReplyDecoder(byte[] messages, ClientKind kind, ReplyContext context)
    {
        _reader = new ReplyReader(messages, kind.FieldVersion, kind.Compressed);
        _context = context;
        _longErrors = kind.LongErrors && kind.FieldVersion >= 14;
        _columns = [.. context.Columns ?? []];
    }

    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>Decodes whole packets, or bare TTC bytes when <paramref name="arePackets"/> is false.</summary>
    public static ReplyDecoder Decode(byte[] reply, bool arePackets, ClientKind kind, ReplyContext context)
    {
        var decoder = new ReplyDecoder(arePackets ? WireClient.Messages(reply) : reply, kind, context);
        if (arePackets) decoder.Packets(reply);
        while (decoder._reader.More) decoder.Message();
        return decoder;
    }

    /// <summary>The keys and values of a login's reply, whose keys may end in NUL.</summary>
    public static Dictionary<string, string> Pairs(byte[] messages)
    {
        var reader = new ReplyReader(messages, 24, false);
        reader.U8();
        var pairs = new Dictionary<string, string>();
        for (var n = reader.Number(); n > 0; n--)
        {
            var key = reader.Text().TrimEnd('\0');
            pairs[key] = reader.Text();
            reader.Number();
        }
        return pairs;
    }

    private void Packets(byte[] packets)
    {
        for (var at = 0; at < packets.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(packets.AsSpan(at)) is var small && small != 0
                ? small : BinaryPrimitives.ReadInt32BigEndian(packets.AsSpan(at));
            Begin(packets[at + 4] switch { WireClient.Data => "DATA", WireClient.Marker => "MARKER", var other => $"packet {other}" });
            if (packets[at + 4] == WireClient.Data) Add("data_flags", Convert.ToHexString(packets, at + 8, 2));
            else Add("bytes", Convert.ToHexString(packets, at + 8, length - 8));
            at += length;
        }
    }

    private void Begin(string message)
    {
        _seen[message] = _seen.GetValueOrDefault(message) + 1;
        _message = $"{message}{_seen[message]}";
        Fields.Add(new(_message, "present"));
    }

    private void Add(string name, object? value)
    {
        var bare = name[(name.LastIndexOf('.') + 1)..].TrimEnd('\0');
        Fields.Add(new($"{_message}.{name}", Volatile.Contains(bare) ? "*" : value?.ToString() ?? ""));
    }

    private void Message()
    {
        var message = _reader.U8();
        switch (message)
        {
            case 1: Protocol(); break;
            case 2: DataTypes(); break;
            case 4: Error(); break;
            case 6:
                Begin("row header");
                Add("flags", _reader.U8());
                foreach (var name in (string[])["requests", "iteration", "iterations", "buffer"]) Add(name, _reader.Number());
                if (_reader.Number() is > 0 and var n) Add("bit_vector", Convert.ToHexString(_reader.Raw((int)n + 1)));
                Add("rxhrid", _reader.Hex());
                break;
            case 7: Row(); break;
            case 8: ReturnParameters(); break;
            case 9:
                Begin("status");
                Add("call_status", $"{_reader.Number():x}");
                Add("seq", _reader.Number());
                break;
            case 14:
                Begin("lob data");
                Add("data", Convert.ToHexString(_reader.Clr() ?? []));
                break;
            case 16: Describe(); break;
            case 21:
                _reader.Number();
                _bits = _reader.Raw((_columns.Count + 7) / 8);
                break;
            case 23: Piggyback(); break;
            case 29: Begin("end of response"); break;
            case 33: _reader.Number(); break; // the token of a pipeline
            default: throw new InvalidDataException($"Message {message} is not known.");
        }
    }

    private void Protocol()
    {
        Begin("protocol");
        Add("version", _reader.U8());
        Add("zero", _reader.U8());
        Add("banner", _reader.ZeroEnded());
        Add("charset", BinaryPrimitives.ReadUInt16LittleEndian(_reader.Raw(2)));
        Add("flags", _reader.U8());
        Add("elements", BinaryPrimitives.ReadUInt16LittleEndian(_reader.Raw(2)) is var n && _reader.Raw(5 * n).Length > 0 ? n : 0);
        Add("formats", _reader.Raw(BinaryPrimitives.ReadUInt16BigEndian(_reader.Raw(2))).Length);
        Add("compile", Convert.ToHexString(_reader.Raw(_reader.U8())));
        Add("runtime", Convert.ToHexString(_reader.Raw(_reader.U8())));
    }

    /// <summary>Only the representation of an 8-bit integer, data type 27, says anything about what follows.</summary>
    private void DataTypes()
    {
        Begin("data types");
        for (var type = Next(); type != 0; type = Next())
        {
            if (Next() == 0) continue;
            if (type == 27) Add("27", Next());
            else Next();
            Next();
        }

        int Next() => BinaryPrimitives.ReadUInt16BigEndian(_reader.Raw(2));
    }

    private void Error()
    {
        Begin("error");
        Add("call_status", $"{_reader.Number():x}");
        foreach (var name in (string[])["seq", "current_row", "code16", "array_error1", "array_error2", "cursor", "position"]) Add(name, _reader.Number());
        Add("sql_type", _reader.U8());
        foreach (var name in (string[])["fatal", "flags", "cursor_options"]) Add(name, _reader.SignedByte());
        Add("upi", _reader.U8());
        Add("warning", _reader.U8());
        Add("rowid", (_reader.Number(), _reader.Number(), _reader.U8(), _reader.Number(), _reader.Number()));
        Add("os_error", _reader.Number());
        Add("stmt", _reader.U8());
        Add("call", _reader.U8());
        Add("pad", _reader.Number());
        Add("iterations", _reader.Number());
        Add("logical_rowid", _reader.Hex());
        List<long> codes = Numbers(), rows = Numbers();
        for (var i = 0; i < codes.Count; i++) Add($"batch.{i}", (codes[i], rows[i]));
        var messages = _reader.Number();
        if (messages > 0) _reader.U8();
        for (var i = 0; i < messages; i++)
        {
            _reader.Number();
            Add($"batch.{i}.text", Encoding.UTF8.GetString(_reader.Clr()!));
            _reader.Raw(2);
        }
        var code = _reader.Number();
        Add("code", code);
        Add("rows", _reader.Number());
        if (_longErrors)
        {
            Add("sql_type4", _reader.Number());
            Add("checksum", _reader.Number());
        }
        if (code != 0) Add("message", Encoding.UTF8.GetString(_reader.Clr()!));
    }

    private List<long> Numbers()
    {
        var numbers = new List<long>();
        var n = _reader.Number();
        if (n == 0) return numbers;
        var isLong = _reader.U8() == 254;
        for (; n > 0; n--)
        {
            if (isLong) _reader.Number();
            numbers.Add(_reader.Number());
        }
        if (isLong) _reader.U8();
        return numbers;
    }

    private void ReturnParameters()
    {
        Begin("return parameters");
        switch (_context.Kind)
        {
            case "auth":
                for (var n = _reader.Number(); n > 0; n--)
                {
                    var key = _reader.Text();
                    Add(key, _reader.Text());
                    if (_reader.Number() is not 0 and var flags) Add(key + ".flags", flags);
                }
                break;
            case "lob":
                Add("locator", Convert.ToHexString(_reader.Raw(40)));
                if (_context.Lob == "create") Add("charset", _reader.Number());
                if (_context.Lob == "create") Add("filler", _reader.U8());
                if (_context.Lob == "read") Add("amount", _reader.Number());
                break;
            case "dp-prepare":
                var columns = _reader.Number();
                for (var i = 0; i < columns; i++) Column(i);
                Add("parameters", _reader.Number());
                Add("out", string.Join(",", Enumerable.Range(0, (int)_reader.Number()).Select(i => _reader.Number() is var v && i == 3 ? "cursor" : $"{v}")));
                break;
            case "dp":
                Add("out", _reader.Number());
                break;
            case "version":
                Add("text", _reader.Text());
                Add("version", _reader.Number());
                break;
            default:
                string[] names = ["scn", "scn_high", "cursor", "transaction", "more1", "more2"];
                for (var (i, n) = (0, _reader.Number()); i < n; i++) Add(names[i], _reader.Number());
                Add("transaction_id", _reader.Hex());
                Keywords(_reader.Number());
                Add("registration", _reader.Hex());
                if (_context.RowCounts) Add("row_counts", string.Join(",", Enumerable.Range(0, (int)_reader.Number()).Select(_ => _reader.Number())));
                break;
        }
    }

    private void Keywords(long count)
    {
        for (var i = 0; i < count; i++)
        {
            var (key, value) = (_reader.Text(), _reader.Hex());
            Add($"keywords[{i}]", (key, value, _reader.Number()));
        }
    }

    private void Piggyback()
    {
        Begin("server piggyback");
        var operation = _reader.U8();
        Add("op", operation);
        switch (operation)
        {
            case 2:
                Add("length", _reader.Number());
                Add("os_pid", Encoding.UTF8.GetString(_reader.Clr()!));
                break;
            case 5:
                Add("dtys", _reader.Number());
                Add("dty_length", _reader.U8());
                var n = _reader.Number();
                _reader.U8();
                Keywords(n);
                Add("flags", _reader.Number());
                break;
            default: throw new InvalidDataException($"Server piggyback {operation} is not known.");
        }
    }
}
