using System.Globalization;
using System.Numerics;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>DDL other than tables: indexes, sequences, views, and what alters or drops.</summary>
internal sealed partial class Parser
{
    private Statement Create()
    {
        var start = Current.Start;
        var replace = Accept("OR");
        if (replace) Expect("REPLACE");
        var force = Accept("FORCE");
        if (!force && Accept("NO")) Expect("FORCE");
        if (Accept("VIEW")) return CreateView(replace);
        if (replace || force) throw OracleError.Unsupported($"CREATE OR REPLACE {Current.Text}", Current.Start);
        if (Accept("UNIQUE")) return CreateIndex(unique: true);
        if (Current.Is("INDEX")) return CreateIndex(unique: false);
        if (Accept("SEQUENCE"))
        {
            var ifNotExists = IfNotExists();
            var name = Table(alias: false);
            return new CreateSequenceStatement(name.Name, name.Start, Options()) { IfNotExists = ifNotExists };
        }
        if (Accept("GLOBAL"))
        {
            Expect("TEMPORARY");
            Expect("TABLE");
            return CreateTable(temporary: true);
        }
        return Accept("TABLE") ? CreateTable() : throw OracleError.Unsupported($"CREATE {Current.Text}", start);
    }

    private CreateViewStatement CreateView(bool replace)
    {
        var name = Table(alias: false);
        IReadOnlyList<string> columns = Current.Is("(") ? KeyColumns(null) : [];
        Expect("AS");
        var from = Current.Start;
        var query = Query();
        var text = _sql[from..Previous.End];
        if (_binds.Count > 0) throw new OracleError(1027, "bind variables not allowed for data definition operations", from);
        var isReadOnly = Current.Is("WITH") && Ahead(1).Is("READ");
        if (isReadOnly)
        {
            _at += 2;
            Expect("ONLY");
        }
        return new CreateViewStatement(name.Name, name.Start, replace, columns, query, text, isReadOnly) { ChecksRows = !isReadOnly && CheckOption() };
    }

    private bool CheckOption()
    {
        if (!Accept("WITH")) return false;
        Expect("CHECK");
        Expect("OPTION");
        if (Accept("CONSTRAINT")) Name();
        return true;
    }

    private SequenceOptions Options()
    {
        var options = new SequenceOptions();
        while (Current.Kind == TokenKind.Word)
        {
            var word = Advance();
            switch (word.Text)
            {
                case "START":
                    Expect("WITH");
                    if (Accept("LIMIT")) throw OracleError.Unsupported("START WITH LIMIT", word.Start);
                    options = options with { Start = Whole() };
                    break;
                case "RESTART":
                    options = options with { Restarts = true };
                    break;
                case "INCREMENT":
                    Expect("BY");
                    options = options with { Increment = Whole() };
                    break;
                case "MINVALUE": options = options with { Min = Whole() }; break;
                case "MAXVALUE": options = options with { Max = Whole() }; break;
                case "CACHE": options = options with { Cache = Whole() }; break;
                case "NOCACHE": options = options with { Cache = 0 }; break;
                case "CYCLE": options = options with { Cycles = true }; break;
                case "NOCYCLE": options = options with { Cycles = false }; break;
                case "NOMINVALUE" or "NOMAXVALUE" or "ORDER" or "NOORDER" or "KEEP" or "NOKEEP" or "NOSCALE" or "GLOBAL": break;
                default: throw new OracleError(933, "SQL command not properly ended", word.Start);
            }
        }
        return options;
    }

    private BigInteger Whole()
    {
        var negative = Accept("-");
        if (Current.Kind != TokenKind.Number || !BigInteger.TryParse(Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            throw new OracleError(1722, "invalid number", Current.Start);
        Advance();
        return negative ? -value : value;
    }

    private CreateIndexStatement CreateIndex(bool unique)
    {
        Expect("INDEX");
        var ifNotExists = IfNotExists();
        var name = Table(alias: false).Name;
        Expect("ON");
        var table = Table(alias: false);
        Expect("(");
        var keys = List(() =>
        {
            var from = Current.Start;
            var value = Expression();
            var text = _sql[from..Previous.End];
            if (!Accept("DESC")) Accept("ASC");
            return new IndexKey((value as ColumnExpr)?.Name, value, text);
        });
        Expect(")");
        TableOptions();
        return new CreateIndexStatement(name, table.Name, table.Start, unique, keys) { IfNotExists = ifNotExists };
    }

    private Statement Drop()
    {
        var kind = Advance();
        if (kind.Text is not ("TABLE" or "INDEX" or "SEQUENCE" or "VIEW")) throw OracleError.Unsupported($"DROP {kind.Text}", kind.Start);
        var ifExists = Accept("IF");
        if (ifExists) Expect("EXISTS");
        var name = Table(alias: false);
        switch (kind.Text)
        {
            case "INDEX": return new DropIndexStatement(name.Name, name.Start) { IfExists = ifExists };
            case "SEQUENCE": return new DropSequenceStatement(name.Name, name.Start, ifExists);
            case "VIEW": return new DropViewStatement(name.Name, name.Start, ifExists);
            default:
                var cascades = Accept("CASCADE");
                if (cascades) Expect("CONSTRAINTS");
                Accept("PURGE");
                return new DropTableStatement(name.Name, name.Start, ifExists) { Cascades = cascades };
        }
    }

    private TruncateStatement Truncate()
    {
        Expect("TABLE");
        var table = Table(alias: false);
        if (Accept("CASCADE")) throw OracleError.Unsupported("TRUNCATE .. CASCADE", Previous.Start);
        TableOptions();
        return new TruncateStatement(table.Name, table.Start);
    }

    private Statement Alter()
    {
        if (Accept("SESSION"))
        {
            if (!Accept("SET")) return Ignored(new AlterSessionStatement([]));
            var settings = new List<(string, string)>();
            while (Current.Kind != TokenKind.End && !Current.Is(";")) settings.Add(Setting());
            return new AlterSessionStatement(settings);
        }
        if (Accept("TABLE")) return AlterTable();
        if (!Accept("SEQUENCE")) throw OracleError.Unsupported($"ALTER {Current.Text}", Current.Start);
        var name = Table(alias: false);
        return new AlterSequenceStatement(name.Name, name.Start, Options());
    }

    /// <summary>A parameter and its value, which may be of several words; several follow one another.</summary>
    private (string Parameter, string Value) Setting()
    {
        var parameter = Name().Text;
        Accept("=");
        var words = new List<string>();
        while (Current.Kind != TokenKind.End && !Current.Is(";") && !(words.Count > 0 && Current.IsName && Ahead(1).Is("="))) words.Add(Advance().Text);
        return (parameter, string.Join(' ', words));
    }

    private CommentStatement Comment()
    {
        Expect("ON");
        var isColumn = Accept("COLUMN");
        if (!isColumn) Expect("TABLE");
        var first = Name();
        var parts = new List<string> { first.Text };
        while (Accept(".")) parts.Add(Name().Text);
        if (parts.Count > 1 && parts[0] == _schema) parts.RemoveAt(0);
        if (parts.Count != (isColumn ? 2 : 1)) throw new OracleError(1747, "invalid user.table.column, table.column, or column specification", first.Start);
        Expect("IS");
        var text = Current.Kind == TokenKind.Text ? Advance().Text : throw new OracleError(1780, "string literal required", Current.Start);
        return new CommentStatement(parts[0], first.Start, isColumn ? parts[1] : null, text);
    }

    /// <summary>RENAME old TO new: a table.</summary>
    private AlterTableStatement Rename()
    {
        var name = Table(alias: false);
        Expect("TO");
        return new AlterTableStatement(name.Name, name.Start, [new RenameTable(Name().Text)]);
    }
}
