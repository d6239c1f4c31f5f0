using System.Text;
using KafkaOracle.Reactive.Embedded.OraclePlSql;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>PL/SQL blocks: their structure, exception handlers, and what is assigned to.</summary>
internal sealed partial class Parser
{
    private static readonly HashSet<string> StepWords = ["BEGIN", "END", "ELSE", "ELSIF", "WHEN", "THEN", "LOOP", "EXCEPTION", "DECLARE", "EXIT", "CONTINUE", "RETURN"];
    private List<BindUse>? _uses;
    private List<int> _partBinds = [];
    private bool _selectsInto;
    private List<Target>? _into;

    private BlockStatement PlSqlBlock()
    {
        _uses = [];
        try
        {
            var block = LabelledBlock();
            Expect(";");
            Accept("/");
            if (Current.Kind != TokenKind.End) throw PlSqlError.Unexpected(Current);
            return new BlockStatement(block) { Uses = _uses };
        }
        catch (OracleError e) when (e.Code != 6550)
        {
            throw PlSqlError.At(_sql, e.Position, $"PL/SQL: {e.Message}");
        }
        catch (PlSqlError e)
        {
            throw PlSqlError.At(_sql, e.Position, e.Message);
        }
    }

    /// <summary>The number of a bind. In a block one name is one bind, however often it occurs.</summary>
    private int BindIndex(string name)
    {
        if (_uses == null)
        {
            _binds.Add(name);
            return _binds.Count - 1;
        }
        var index = BlockBind(name);
        _uses[index] |= BindUse.In;
        _partBinds.Add(index);
        return index;
    }

    private int BlockBind(string name)
    {
        var index = _binds.IndexOf(name);
        if (index >= 0) return index;
        _binds.Add(name);
        _uses!.Add(BindUse.None);
        return _binds.Count - 1;
    }

    private Part<T> PartOf<T>(Func<T> parse)
    {
        var outer = _partBinds;
        _partBinds = [];
        var part = new Part<T>(parse(), _partBinds);
        _partBinds = outer;
        return part;
    }

    private Part<Expr> ValuePart() => PartOf(() => Ended(Or()));

    private Block LabelledBlock()
    {
        var label = Label();
        return Current.Is("DECLARE") || Current.Is("BEGIN") ? BlockBody(label) : throw PlSqlError.Unexpected(Current);
    }

    private string? Label()
    {
        string? label = null;
        while (Current.Is("<") && Ahead(1).Is("<"))
        {
            _at += 2;
            label = Name().Text;
            Expect(">");
            Expect(">");
        }
        return label;
    }

    private Block BlockBody(string? label)
    {
        using var deeper = Deeper();
        var start = Current.Start;
        var declarations = Accept("DECLARE") ? Declarations() : [];
        Expect("BEGIN");
        var steps = Steps();
        var handlers = new List<ExceptionHandler>();
        if (Accept("EXCEPTION"))
        {
            while (Current.Is("WHEN")) handlers.Add(Handler());
            if (handlers.Count == 0) throw PlSqlError.Unexpected(Current);
        }
        Expect("END");
        if (Current.IsName) Advance();
        return new Block(start, label, declarations, steps, handlers);
    }

    private ExceptionHandler Handler()
    {
        var start = Advance().Start;
        var names = new List<Target>();
        if (!Accept("OTHERS"))
        {
            do names.Add(new Target(Current.Start, null, null, Name().Text));
            while (Accept("OR"));
        }
        Expect("THEN");
        return new ExceptionHandler(start, names, Steps());
    }

    /// <summary>A bind or a variable that is assigned to.</summary>
    private Target Target()
    {
        var token = Current;
        if (token.Kind == TokenKind.Bind)
        {
            Advance();
            var index = BlockBind(token.Text);
            _uses![index] |= BindUse.Out;
            return new Target(token.Start, index, null, token.Text);
        }
        if (!token.IsName || (token.Kind == TokenKind.Word && (Reserved.Contains(token.Text) || StepWords.Contains(token.Text)))) throw PlSqlError.Unexpected(token);
        Advance();
        if (!Accept(".")) return new Target(token.Start, null, null, token.Text);
        return new Target(token.Start, null, token.Text, Name().Text);
    }

    private List<Target> Into()
    {
        if (Current.Is("BULK")) throw PlSqlError.Unsupported("BULK COLLECT", Current.Start);
        Expect("INTO");
        return List(Target);
    }
}

/// <summary>A fault of a block that is found before it runs, or what a client is told about it.</summary>
internal sealed class PlSqlError(string message, int position) : Exception(message)
{
    /// <summary>Offset into the block.</summary>
    public int Position { get; } = position;

    public static PlSqlError Unsupported(string what, int position) => new($"PLS-00999: implementation restriction (may be temporary) the embedded server does not support {what}", position);

    public static PlSqlError Unexpected(Token token) =>
        new($"PLS-00103: Encountered the symbol \"{(token.Kind == TokenKind.End ? "end-of-file" : token.Text)}\" when expecting something else, or what the embedded server does not support", token.Start);

    public static PlSqlError Undeclared(string name, int position) => new($"PLS-00201: identifier '{name}' must be declared", position);

    public static PlSqlError WrongType(int position) => new("PLS-00382: expression is of wrong type", position);

    /// <summary>ORA-06550 with the place as line and column.</summary>
    public static OracleError At(string sql, int position, string message)
    {
        var before = sql.AsSpan(0, Math.Min(position, sql.Length));
        var (line, column) = (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
        return new OracleError(6550, $"line {line}, column {column}:\n{message}", Encoding.UTF8.GetByteCount(before));
    }
}
