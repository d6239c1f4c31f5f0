using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A recursive-descent parser for the part of Oracle's SQL that the embedded server speaks.</summary>
internal sealed partial class Parser
{
    private const int DeepestNesting = 100;
    private readonly string _sql;
    private readonly string _schema;
    private readonly List<Token> _tokens;
    private readonly List<string> _binds = [];
    private int _at;
    private int _depth;
    private int _nameAt;

    private Parser(string sql, string schema)
    {
        _sql = sql;
        _schema = schema;
        _tokens = Lexer.Read(sql);
    }

    /// <summary>Parses one statement; <paramref name="schema"/> is the only schema that names may be qualified with.</summary>
    public static Statement Parse(string sql, string schema)
    {
        var parser = new Parser(sql, schema);
        var statement = parser.Statement();
        statement.Sql = sql;
        statement.NameOffset = Encoding.UTF8.GetByteCount(sql.AsSpan(0, parser._nameAt));
        statement.Binds = parser._binds;
        return statement;
    }

    /// <summary>Enters a construct that can contain itself; how deep they nest is bounded, for the sake of the stack.</summary>
    private Nesting Deeper()
    {
        if (++_depth > DeepestNesting) throw OracleError.Unsupported($"a statement nested deeper than {DeepestNesting} levels", Current.Start);
        return new Nesting(this);
    }

    private readonly ref struct Nesting(Parser parser)
    {
        public void Dispose() => parser._depth--;
    }

    private Token Current => _tokens[_at];

    private Token Previous => _tokens[_at - 1];

    private Token Ahead(int n) => _tokens[Math.Min(_at + n, _tokens.Count - 1)];

    private Token Advance()
    {
        var token = _tokens[_at];
        if (token.Kind != TokenKind.End) _at++;
        return token;
    }

    private bool Accept(string word)
    {
        if (!Current.Is(word)) return false;
        _at++;
        return true;
    }

    private void Expect(string word)
    {
        if (!Accept(word)) throw OracleError.Missing(word, Current.Start);
    }

    private Token Name() => Current.IsName ? Advance() : throw new OracleError(1747, "invalid user.table.column, table.column, or column specification", Current.Start);

    private int Integer() =>
        Current.Kind == TokenKind.Number && int.TryParse(Current.Text, out var value) && Advance().Kind == TokenKind.Number
            ? value
            : throw new OracleError(2017, "integer value required", Current.Start);

    private List<T> List<T>(Func<T> item)
    {
        var items = new List<T> { item() };
        while (Accept(",")) items.Add(item());
        return items;
    }

    private Expr Ended(Expr expr)
    {
        expr.End = Previous.End;
        return expr;
    }

    private void SkipParentheses()
    {
        for (var depth = 1; depth > 0;)
        {
            var token = Advance();
            if (token.Kind == TokenKind.End) throw OracleError.Missing(")", token.Start);
            if (token.Is("(")) depth++;
            else if (token.Is(")")) depth--;
        }
    }

    private Statement Statement()
    {
        var start = Current;
        if (start.Is("BEGIN") || start.Is("DECLARE") || (start.Is("<") && Ahead(1).Is("<"))) return PlSqlBlock();
        var statement = Sql();
        Accept(";");
        if (Current.Kind != TokenKind.End) throw new OracleError(933, "SQL command not properly ended", Current.Start);
        return statement;
    }

    /// <summary>One statement of SQL, up to its end or semicolon.</summary>
    private Statement Sql()
    {
        var start = Current;
        Statement statement;
        if (start.Is("SELECT") || start.Is("WITH") || start.Is("(")) statement = new SelectStatement(Query());
        else if (start.Kind != TokenKind.Word) throw new OracleError(900, "invalid SQL statement", start.Start);
        else
        {
            Advance();
            statement = start.Text switch
            {
                "INSERT" => Insert(),
                "UPDATE" => Update(),
                "DELETE" => Delete(),
                "MERGE" => Merge(),
                "CREATE" => Create(),
                "DROP" => Drop(),
                "ALTER" => Alter(),
                "TRUNCATE" => Truncate(),
                "COMMENT" => Comment(),
                "LOCK" => LockTable(),
                "COMMIT" => Ignored(new CommitStatement()),
                "ROLLBACK" => Rollback(),
                "SAVEPOINT" => new SavepointStatement(Name().Text),
                "SET" when Accept("TRANSACTION") => new AlterSessionStatement([("TRANSACTION", Rest())]),
                "SET" when Current.Is("CONSTRAINT") || Current.Is("CONSTRAINTS") => throw OracleError.Unsupported($"SET {Current.Text}", start.Start),
                "RENAME" => Rename(),
                "GRANT" or "REVOKE" or "CALL" or "EXPLAIN" or "ANALYZE" or "FLASHBACK" or "PURGE" or "AUDIT" =>
                    throw OracleError.Unsupported(start.Text, start.Start),
                _ => throw new OracleError(900, "invalid SQL statement", start.Start),
            };
        }
        return statement;
    }

    private string Rest()
    {
        var words = new List<string>();
        while (Current.Kind != TokenKind.End && !Current.Is(";")) words.Add(Advance().Text);
        return string.Join(' ', words);
    }

    private T Ignored<T>(T statement) where T : Statement
    {
        while (Current.Kind != TokenKind.End && !Current.Is(";")) Advance();
        return statement;
    }

    private RollbackStatement Rollback()
    {
        Accept("WORK");
        if (!Accept("TO")) return new RollbackStatement(null);
        Accept("SAVEPOINT");
        return new RollbackStatement(Name().Text);
    }

    private LockTableStatement LockTable()
    {
        Expect("TABLE");
        var table = Table(alias: false);
        Expect("IN");
        // ROW SHARE, ROW EXCLUSIVE and SHARE UPDATE keep only those out that want the whole table.
        var isExclusive = !Current.Is("ROW") && !Ahead(1).Is("UPDATE");
        while (!Current.Is("MODE") && Current.Kind != TokenKind.End) Advance();
        Expect("MODE");
        int? seconds = Accept("NOWAIT") ? 0 : Accept("WAIT") ? Integer() : null;
        return new LockTableStatement(table.Name, table.Start, isExclusive, seconds);
    }
}
