using KafkaOracle.Reactive.Embedded.OraclePlSql;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>The statements of PL/SQL blocks.</summary>
internal sealed partial class Parser
{
    private List<BlockStep> Steps()
    {
        var steps = new List<BlockStep>();
        while (!Current.Is("END") && !Current.Is("EXCEPTION") && !Current.Is("ELSE") && !Current.Is("ELSIF") && !Current.Is("WHEN"))
        {
            if (Step() is { } step) steps.Add(step);
            Expect(";");
        }
        return steps;
    }

    private BlockStep? Step()
    {
        var start = Current.Start;
        var label = Label();
        if (Current.Is("DECLARE") || Current.Is("BEGIN")) return BlockBody(label);
        if (Current.Is("LOOP") || Current.Is("WHILE") || Current.Is("FOR")) return Loop(label);
        if (Current.Kind != TokenKind.Word) return Assignment();
        switch (Current.Text)
        {
            case "NULL": Advance(); return null;
            case "IF": return If();
            case "CASE": return CaseStep();
            case "EXIT" or "CONTINUE": return Leave();
            case "RETURN": Advance(); return new ReturnStep(start);
            case "RAISE": Advance(); return new RaiseStep(start, Current.IsName ? Advance().Text : null);
            case "SELECT" or "WITH": return SelectInto();
            case "INSERT" or "UPDATE" or "DELETE" or "MERGE" or "COMMIT" or "ROLLBACK" or "SAVEPOINT" or "LOCK" or "SET":
                var statement = PartOf(Sql);
                return new SqlStep(start, statement, TakeInto() ?? []);
            case "EXECUTE" when Ahead(1).Is("IMMEDIATE"): return Dynamic();
            case "OPEN": return Open();
            case "FETCH":
                Advance();
                var fetched = Target();
                return new FetchStep(start, fetched, Into());
            case "CLOSE": Advance(); return new CloseStep(start, Target());
            case "GOTO" or "FORALL" or "PIPE" or "CREATE" or "DROP" or "ALTER" or "TRUNCATE" or "GRANT" or "REVOKE": throw PlSqlError.Unsupported($"{Current.Text} in a PL/SQL block", start);
            default: return Assignment();
        }
    }

    private BlockStep Assignment()
    {
        var start = Current.Start;
        if (Current.Kind == TokenKind.Word && Procedure() is { } call) return call;
        var target = Target();
        if (Accept(":=")) return new AssignStep(start, target, ValuePart());
        if (Current.Is("(") || Current.Is(";")) throw PlSqlError.Undeclared(target.Qualifier == null ? target.Name : $"{target.Qualifier}.{target.Name}", start);
        throw PlSqlError.Unexpected(Current);
    }

    /// <summary>A call of a supplied procedure, with or without SYS before its package.</summary>
    private CallStep? Procedure()
    {
        var at = Current.Is("SYS") && Ahead(1).Is(".") ? 2 : 0;
        var start = Current.Start;
        var name = Ahead(at).Text;
        var length = at + 1;
        if (Ahead(at + 1).Is("."))
        {
            name = $"{name}.{Ahead(at + 2).Text}";
            length += 2;
        }
        if (!SuppliedProcedures.Table.TryGetValue(name, out var procedure)) return null;
        _at += length;
        var arguments = new UsingItem[procedure.Modes.Length];
        var position = 0;
        if (Accept("(") && !Accept(")"))
        {
            do
            {
                var parameter = position++;
                if (Current.IsName && Ahead(1).Is("=>"))
                {
                    parameter = Array.IndexOf(procedure.Names, Current.Text);
                    _at += 2;
                }
                if (parameter < 0 || parameter >= arguments.Length) throw WrongCall(name, start);
                arguments[parameter] = procedure.IsOut(parameter) ? new UsingItem(null, Target()) : new UsingItem(ValuePart(), null);
            }
            while (Accept(","));
            Expect(")");
        }
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == null && i < procedure.Required) throw WrongCall(name, start);
            arguments[i] ??= new UsingItem(null, null);
        }
        return new CallStep(start, procedure, arguments);
    }

    private static PlSqlError WrongCall(string name, int start) =>
        new($"PLS-00306: wrong number or types of arguments in call to '{name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]}'", start);

    private IfStep If()
    {
        using var deeper = Deeper();
        var start = Current.Start;
        var branches = new List<(Part<Expr>, IReadOnlyList<BlockStep>)>();
        do
        {
            Advance();
            var when = ValuePart();
            Expect("THEN");
            branches.Add((when, Steps()));
        }
        while (Current.Is("ELSIF"));
        var otherwise = Accept("ELSE") ? Steps() : [];
        Expect("END");
        Expect("IF");
        return new IfStep(start, branches, otherwise);
    }

    /// <summary>A CASE statement; without ELSE, a value that no WHEN names is an error.</summary>
    private IfStep CaseStep()
    {
        using var deeper = Deeper();
        var start = Advance().Start;
        var operand = Current.Is("WHEN") ? null : ValuePart();
        var branches = new List<(Part<Expr>, IReadOnlyList<BlockStep>)>();
        while (Accept("WHEN"))
        {
            var when = ValuePart();
            if (operand != null) when = new Part<Expr>(new BinaryExpr(when.Tree.Start, "=", operand.Tree, when.Tree) { End = when.Tree.End }, [.. operand.Binds, .. when.Binds]);
            Expect("THEN");
            branches.Add((when, Steps()));
        }
        IReadOnlyList<BlockStep> otherwise = Accept("ELSE") ? Steps() : [new RaiseStep(start, "CASE_NOT_FOUND")];
        Expect("END");
        Expect("CASE");
        if (Current.IsName) Advance();
        return new IfStep(start, branches, otherwise);
    }

    private BlockStep Loop(string? label)
    {
        using var deeper = Deeper();
        var start = Current.Start;
        if (Accept("FOR")) return For(start, label);
        var condition = Accept("WHILE") ? ValuePart() : null;
        return new LoopStep(start, label, condition, LoopBody());
    }

    private BlockStep For(int start, string? label)
    {
        var name = Name().Text;
        Expect("IN");
        var reverse = Accept("REVERSE");
        if (Current.Is("(") && (Ahead(1).Is("SELECT") || Ahead(1).Is("WITH")))
        {
            Advance();
            var query = PartOf(Query);
            Expect(")");
            return new QueryLoopStep(start, label, name, query, null, [], LoopBody());
        }
        if (Current.IsName && (Ahead(1).Is("LOOP") || (Ahead(1).Is("(") && EndsAtLoop())))
        {
            var cursor = new Target(Current.Start, null, null, Advance().Text);
            return new QueryLoopStep(start, label, name, null, cursor, Arguments(ValuePart), LoopBody());
        }
        var low = ValuePart();
        Expect("..");
        return new RangeLoopStep(start, label, name, reverse, low, ValuePart(), LoopBody());
    }

    /// <summary>Whether the parentheses behind the name at hand are the last thing before LOOP.</summary>
    private bool EndsAtLoop()
    {
        var at = 1;
        for (var depth = 0; ; at++)
        {
            if (Ahead(at).Kind == TokenKind.End) return false;
            if (Ahead(at).Is("(")) depth++;
            else if (Ahead(at).Is(")") && --depth == 0) return Ahead(at + 1).Is("LOOP");
        }
    }

    private List<BlockStep> LoopBody()
    {
        Expect("LOOP");
        var body = Steps();
        Expect("END");
        Expect("LOOP");
        if (Current.IsName) Advance();
        return body;
    }

    private List<T> Arguments<T>(Func<T> argument)
    {
        if (!Accept("(")) return [];
        var arguments = List(argument);
        Expect(")");
        return arguments;
    }

    private LeaveStep Leave()
    {
        var word = Advance();
        var label = Current.IsName && !Current.Is("WHEN") ? Advance().Text : null;
        return new LeaveStep(word.Start, word.Is("CONTINUE"), label, Accept("WHEN") ? ValuePart() : null);
    }

    private SelectStep SelectInto()
    {
        var start = Current.Start;
        _selectsInto = true;
        var query = PartOf(Query);
        _selectsInto = false;
        return new SelectStep(start, query, TakeInto() ?? throw new PlSqlError("PLS-00428: an INTO clause is expected in this SELECT statement", start));
    }

    private List<Target>? TakeInto()
    {
        var into = _into;
        _into = null;
        return into;
    }

    private DynamicStep Dynamic()
    {
        var start = Current.Start;
        _at += 2;
        var text = ValuePart();
        IReadOnlyList<Target> into = Current.Is("INTO") || Current.Is("BULK") ? Into() : [];
        var items = Using();
        if (Current.Is("RETURNING") || Current.Is("RETURN")) throw PlSqlError.Unsupported("EXECUTE IMMEDIATE .. RETURNING INTO", Current.Start);
        return new DynamicStep(start, text, into, items);
    }

    private List<UsingItem> Using() => !Accept("USING") ? [] : List(() =>
    {
        if (Accept("OUT")) return new UsingItem(null, Target());
        var both = Accept("IN") && Accept("OUT");
        if (!both) return new UsingItem(ValuePart(), null);
        var at = _at;
        var value = ValuePart();
        _at = at;
        return new UsingItem(value, Target());
    });

    private OpenStep Open()
    {
        var start = Advance().Start;
        var cursor = Target();
        if (!Accept("FOR")) return new OpenStep(start, cursor, Arguments(ValuePart), null, null, []);
        if (Current.Is("SELECT") || Current.Is("WITH") || (Current.Is("(") && AtNestedQuery())) return new OpenStep(start, cursor, [], PartOf(Query), null, []);
        var text = ValuePart();
        return new OpenStep(start, cursor, [], null, text, Using());
    }
}
