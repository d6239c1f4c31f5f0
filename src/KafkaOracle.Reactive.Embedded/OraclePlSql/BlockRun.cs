using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>What a block leaves in its host binds: values, or an open cursor for a REF CURSOR.</summary>
internal sealed record BlockResult(IReadOnlyList<byte[]?> Values, IReadOnlyList<OpenCursor?> Cursors);

/// <summary>A block being run: its variables, its cursors, and the error being handled. An error that no handler catches takes back what it changed.</summary>
internal sealed partial class BlockRun
{
    private const int CheckEvery = 64;
    private static readonly byte[] One = OracleNumber.From(1L).Encode();
    private static readonly byte[] Zero = OracleNumber.Zero.Encode();
    private readonly DatabaseSession _session;
    private readonly CompiledBlock _block;
    private readonly byte[]?[] _values;
    private readonly OpenCursor?[] _cursors;
    private readonly List<OpenCursor> _opened = [];
    private readonly int _implicit;
    private readonly SessionConnection _connection;
    private readonly Dictionary<(OracleType From, OracleType To), string?> _conversions = [];
    private readonly BindRows _scratch;
    private int _rounds;

    private BlockRun(DatabaseSession session, CompiledBlock block, SessionConnection connection)
    {
        (_session, _block, _connection) = (session, block, connection);
        _values = new byte[]?[block.Types.Count];
        _cursors = new OpenCursor?[block.Cursors];
        _implicit = block.BindCursors.Count;
        _scratch = new BindRows([.. block.Types]);
        _values[_implicit + CompiledBlock.True] = One;
        _values[_implicit + CompiledBlock.False] = Zero;
        _values[_implicit + CompiledBlock.IsOpen] = Zero;
        SetError(null);
    }

    public PlSqlSession Session => _session.PlSql;

    /// <summary>Where the step at hand stands.</summary>
    public int Line { get; set; } = 1;

    /// <summary>The error whose handler runs.</summary>
    public OracleError? Handled { get; private set; }

    /// <summary>A cancel, and the loss of the transaction, end a block whatever handlers it has.</summary>
    public static bool CanBeHandled(OracleError error) => error.Code is not (1013 or 24761);

    /// <summary>Runs a block with the values of a row of binds.</summary>
    /// <param name="session">The session.</param>
    /// <param name="block">The block.</param>
    /// <param name="connection">A connection to evaluate expressions on.</param>
    /// <param name="binds">Values of the host binds.</param>
    /// <param name="row">The row of them.</param>
    public static BlockResult Execute(DatabaseSession session, CompiledBlock block, SessionConnection connection, BindRows binds, int row)
    {
        var run = new BlockRun(session, block, connection);
        for (var i = 0; i < run._implicit; i++)
            if (row < binds.Rows && !binds.IsNull(row, i)) run._values[i] = binds.Value(row, i).ToArray();
        IReadOnlyList<OpenCursor?> kept = [];
        try
        {
            block.Body(run);
            kept = [.. block.BindCursors.Select(c => c < 0 ? null : run._cursors[c])];
            run.EndGuard(undo: false);
            return new BlockResult(run._values[..run._implicit], kept);
        }
        catch (Exception e)
        {
            run.EndGuard(undo: true);
            if (e is OracleError error) throw error.WithLine(run.Line);
            throw;
        }
        finally
        {
            foreach (var cursor in run._opened) if (!kept.Contains(cursor)) cursor.Dispose();
        }
    }

    public byte[]? Value(Variable variable) => _values[variable.Slot];

    public void Clear(Variable variable) => _values[variable.Slot] = null;

    /// <summary>Sets a variable to a value of its type.</summary>
    public void Set(Variable variable, byte[]? value)
    {
        if (value == null && variable.NotNull) throw ValueError("");
        if (value != null && variable.Kind == PlSqlType.Integer && OracleNumber.Decode(value) is var number && (number.CompareTo(OracleNumber.From((long)int.MinValue)) < 0 || number.CompareTo(OracleNumber.From((long)int.MaxValue)) > 0))
            throw new OracleError(1426, "numeric overflow");
        _values[variable.Slot] = value;
    }

    /// <summary>Sets a variable to a value of another type.</summary>
    public void Assign(Variable variable, byte[]? value, OracleType from)
    {
        if (variable.Kind == PlSqlType.RefCursor) throw OracleError.Inconsistent("CURSER", from.Name);
        if (value != null && Conversion(from, variable.Type) is { } text)
        {
            var binds = new BindRows([from]);
            binds.AddRow();
            binds.Set(0, value);
            value = Evaluate(text, binds);
        }
        Set(variable, value);
    }

    public byte[]? Evaluate(Evaluation evaluation)
    {
        if (evaluation.PlainSlot is { } slot) return _values[slot];
        Fill(_scratch, evaluation.Slots);
        return Evaluate(evaluation.Text, _scratch);
    }

    public bool IsTrue(Evaluation condition)
    {
        Fill(_scratch, condition.Slots);
        return Evaluated(condition.Text, _scratch, static query => query.Integer(0) != 0);
    }

    /// <summary>A bound of a loop.</summary>
    public long Whole(Evaluation evaluation)
    {
        var number = OracleNumber.Decode(Evaluate(evaluation) ?? throw ValueError(""));
        return number.DigitsBeforePoint <= 10 ? (long)number.UnscaledAt(0) : throw new OracleError(1426, "numeric overflow");
    }

    /// <summary>Runs the handler of an error, during which SQLCODE and SQLERRM tell it.</summary>
    public Flow Handle(OracleError error, Step body)
    {
        var before = Handled;
        try
        {
            SetError(error);
            return body(this);
        }
        finally
        {
            SetError(before);
        }
    }

    /// <summary>Between the rounds of a loop: throws when the client wants it to end.</summary>
    public void CheckWanted()
    {
        if (++_rounds % CheckEvery == 0) _session.CheckWanted();
    }

    private void SetError(OracleError? error)
    {
        Handled = error;
        var isDeclared = error?.Exception != null;
        var code = error == null ? 0 : isDeclared ? 1 : error.Code == 1403 ? 100 : -error.Code;
        _values[_implicit + CompiledBlock.ErrorCode] = OracleNumber.From((long)code).Encode();
        _values[_implicit + CompiledBlock.ErrorText] = Encoding.UTF8.GetBytes(error == null ? "ORA-0000: normal, successful completion" : isDeclared ? "User-Defined Exception" : error.Message);
    }

    private static OracleError ValueError(string what) => new(6502, $"PL/SQL: numeric or value error{what}");

    private void Fill(BindRows binds, IReadOnlyCollection<int> slots)
    {
        binds.Clear();
        binds.AddRow();
        foreach (var slot in slots) if (_values[slot] is { } value) binds.Set(slot, value);
    }

    private byte[]? Evaluate(string text, BindRows binds) => Evaluated(text, binds, static query => query.IsNull(0) ? null : query.Bytes(0).ToArray());

    private T Evaluated<T>(string text, BindRows binds, Func<SqliteStatement, T> result)
    {
        var query = _session.Prepared(_connection, text);
        try
        {
            Binder.Bind(query, binds, 0, null);
            query.Step();
            return result(query);
        }
        catch (SqliteFailure e)
        {
            throw Fitting(ErrorMapping.Map(e, _session.Schema, null));
        }
        finally
        {
            query.Reset();
        }
    }

    /// <summary>What does not fit a variable is an error of PL/SQL's own.</summary>
    private static OracleError Fitting(OracleError error) => error.Code switch
    {
        12899 => ValueError(": character string buffer too small"),
        1438 => ValueError(": number precision too large"),
        1722 => ValueError(": character to number conversion error"),
        _ => error,
    };

    /// <summary>The expression that makes a value of a type one of another; null when it is the same.</summary>
    private string? Conversion(OracleType from, OracleType to)
    {
        if (_conversions.TryGetValue((from, to), out var known)) return known;
        var text = Translator.Assigned(new TypedSql("?1", from), to, 0).Text;
        return _conversions[(from, to)] = text == "?1" ? null : string.Create(CultureInfo.InvariantCulture, $"SELECT {text}");
    }
}
