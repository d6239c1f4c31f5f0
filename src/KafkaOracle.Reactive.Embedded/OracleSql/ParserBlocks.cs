using System.Globalization;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>
/// PL/SQL as tools send it: statements between BEGIN and END, EXECUTE IMMEDIATE of texts, and an exception handler that lets some errors
/// pass. No variables, no control flow.
/// </summary>
internal sealed partial class Parser
{
    private BlockStatement PlSqlBlock()
    {
        if (DriversBlock() is { } action)
        {
            foreach (var token in _tokens) if (token.Kind == TokenKind.Bind) _binds.Add(token.Text);
            return new BlockStatement(action);
        }
        // A bind counts once, however often it occurs.
        foreach (var name in _tokens.Where(t => t.Kind == TokenKind.Bind).Select(t => t.Text).Distinct()) _binds.Add(name);
        var block = BlockBody();
        Accept(";");
        if (Accept("/") | Current.Kind == TokenKind.End) return new BlockStatement(BlockAction.Run) { Block = block };
        throw OracleError.Unsupported($"{Current.Text} after a PL/SQL block", Current.Start);
    }

    /// <summary>Savepoints reach a server as a block that concatenates 'SAVEPOINT ' or 'ROLLBACK TO SAVEPOINT ' with a bind.</summary>
    private BlockAction? DriversBlock()
    {
        foreach (var token in _tokens)
        {
            if (token.Kind != TokenKind.Text) continue;
            switch (token.Text.Trim().ToUpperInvariant())
            {
                case "SAVEPOINT": return BlockAction.Savepoint;
                case "ROLLBACK TO SAVEPOINT": return BlockAction.RollbackToSavepoint;
                case "SELECT * FROM": return BlockAction.OpenTableCursor;
                default: break;
            }
        }
        return Current.Is("BEGIN") && Ahead(1).Is("NULL") && Ahead(2).Is(";") && Ahead(3).Is("END") ? BlockAction.Nothing : null;
    }

    private Block BlockBody()
    {
        using var deeper = Deeper();
        if (!Accept("BEGIN")) throw OracleError.Unsupported($"{Current.Text} in a PL/SQL block", Current.Start);
        var steps = new List<BlockStep>();
        while (!Current.Is("END") && !Current.Is("EXCEPTION"))
        {
            if (Step() is { } step) steps.Add(step);
            Expect(";");
        }
        var handler = Accept("EXCEPTION") ? Handler() : null;
        Expect("END");
        return new Block(steps, handler);
    }

    private BlockStep? Step()
    {
        if (Current.Is("BEGIN")) return new NestedStep(BlockBody());
        if (Accept("NULL")) return null;
        if (Current.Is("EXECUTE") && Ahead(1).Is("IMMEDIATE"))
        {
            _at += 2;
            var text = Concatenated();
            if (Current.Is("USING") || Current.Is("INTO")) throw OracleError.Unsupported($"EXECUTE IMMEDIATE .. {Current.Text}", Current.Start);
            return new DynamicStep(text);
        }
        if (Accept("RAISE_APPLICATION_ERROR"))
        {
            Expect("(");
            Expect("-");
            var code = Integer();
            Expect(",");
            var text = Concatenated();
            Expect(")");
            return code is >= 20000 and <= 20999 ? new RaiseStep(code, text) : throw new OracleError(21000, $"error number argument to raise_application_error of -{code} is out of range", Current.Start);
        }
        if (Current.Kind == TokenKind.Word && Current.Text is "INSERT" or "UPDATE" or "DELETE" or "MERGE" or "COMMIT" or "ROLLBACK" or "SAVEPOINT" or "LOCK") return Written();
        throw OracleError.Unsupported($"{Current.Text} in a PL/SQL block", Current.Start);
    }

    /// <summary>A statement up to its semicolon, by itself.</summary>
    private StatementStep Written()
    {
        var start = Current.Start;
        while (!Current.Is(";") && Current.Kind != TokenKind.End) Advance();
        return new StatementStep(Parse(_sql[start..Current.Start], _schema));
    }

    private string Concatenated()
    {
        var text = "";
        do text += Current.Kind == TokenKind.Text ? Advance().Text : throw OracleError.Unsupported("texts other than literals in EXECUTE IMMEDIATE", Current.Start);
        while (Accept("||"));
        return text;
    }

    /// <summary>WHEN OTHERS THEN NULL, or IF SQLCODE ... THEN NULL or RAISE, which tools use to create what is not there yet.</summary>
    private BlockHandler Handler()
    {
        Expect("WHEN");
        Expect("OTHERS");
        Expect("THEN");
        BlockHandler handler;
        if (Accept("NULL")) handler = new BlockHandler([], Passes: false);
        else if (Accept("RAISE")) handler = new BlockHandler([], Passes: true);
        else
        {
            Expect("IF");
            if (!Accept("SQLCODE")) throw OracleError.Unsupported("conditions other than on SQLCODE in an exception handler", Current.Start);
            var (codes, isNegated) = Codes();
            Expect("THEN");
            var raises = Accept("RAISE");
            if (!raises) Expect("NULL");
            Expect(";");
            if (Accept("ELSE"))
            {
                if (raises ? !Accept("NULL") : !Accept("RAISE")) throw OracleError.Unsupported("this exception handler", Current.Start);
                Expect(";");
            }
            else if (!raises) throw OracleError.Unsupported("an exception handler without RAISE", Current.Start);
            Expect("END");
            Expect("IF");
            handler = new BlockHandler(codes, Passes: raises == isNegated);
        }
        Expect(";");
        return handler;
    }

    /// <summary>The numbers that SQLCODE is compared with, and whether it shall be none of them.</summary>
    private (List<int> Codes, bool IsNegated) Codes()
    {
        if (Accept("=")) return ([Code()], false);
        if (Accept("<>") || Accept("!=") || Accept("^=")) return ([Code()], true);
        var isNegated = Accept("NOT");
        Expect("IN");
        Expect("(");
        var codes = List(Code);
        Expect(")");
        return (codes, isNegated);
    }

    private int Code()
    {
        Expect("-");
        var code = Integer();
        return code > 0 ? code : throw OracleError.Unsupported(code.ToString(CultureInfo.InvariantCulture) + " as SQLCODE", Current.Start);
    }
}
