using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Expressions and conditions.</summary>
internal sealed partial class BlockCompiler
{
    /// <summary>A value as it is assigned to a variable.</summary>
    private Evaluation Value(Part<Expr> part, Variable target, Names names)
    {
        if (target.Kind == PlSqlType.RefCursor) throw PlSqlError.WrongType(part.Tree.Start);
        if (target.Kind == PlSqlType.Boolean) return Evaluated(part, AsBoolean(part.Tree, names), true, names, (t, e) => t.Assigned(e, OracleType.Number));
        if (Parser.IsCondition(part.Tree)) throw PlSqlError.WrongType(part.Tree.Start);
        return Evaluated(part, part.Tree, false, names, (t, e) => t.Assigned(e, target.Type));
    }

    /// <summary>A value of its own type.</summary>
    private Evaluation Value(Part<Expr> part, Names names) => Evaluated(part, part.Tree, false, names, (t, e) => t.Value(e, new Scope(null)));

    private Evaluation Value(Part<Expr> part, OracleType type, Names names) => Evaluated(part, part.Tree, false, names, (t, e) => t.Assigned(e, type));

    /// <summary>A condition: 1 when it is true.</summary>
    private Evaluation Condition(Part<Expr> part, Names names) =>
        Evaluated(part, Truth(part.Tree, names), true, names, (t, e) => new TypedSql(t.Condition(e, new Scope(null)), OracleType.Number));

    private Evaluation Evaluated(Part<Expr> part, Expr expr, bool allowsBooleans, Names names, Func<Translator, Expr, TypedSql> translate)
    {
        CheckNoSubquery(expr);
        var slots = new SortedSet<int>();
        CheckBinds(part.Binds, slots);
        var translator = new Translator(_catalog, _types, column => Resolve(column, names, slots, allowsBooleans));
        TypedSql value;
        try
        {
            value = translate(translator, expr);
        }
        catch (OracleError e) when (e.Code == 904 && e.Message.IndexOf('"', StringComparison.Ordinal) is var quote and >= 0)
        {
            throw PlSqlError.Undeclared(e.Message[(quote + 1)..e.Message.LastIndexOf('"')].Replace("\".\"", ".", StringComparison.Ordinal), e.Position);
        }
        return new Evaluation($"SELECT {value.Text}", value.Type, [.. slots]);
    }

    private void CheckBinds(IReadOnlyList<int> binds, ISet<int> slots)
    {
        foreach (var bind in binds)
        {
            if (BindOf(bind).Kind == PlSqlType.RefCursor) throw PlSqlError.Unsupported("a REF CURSOR bind in an expression", 0);
            slots.Add(bind);
        }
    }

    /// <summary>The number of the value that a name stands for; null when it is none of the block's.</summary>
    private static int? Resolve(ColumnExpr column, Names names, ISet<int> slots, bool allowsBooleans)
    {
        switch (names.Find(column.Qualifier, column.Name))
        {
            case Variable variable:
                if (variable.Kind == PlSqlType.RefCursor || (variable.Kind == PlSqlType.Boolean && !allowsBooleans)) throw PlSqlError.WrongType(column.Start);
                slots.Add(variable.Slot);
                return variable.Slot;
            case null:
                return null;
            default:
                throw PlSqlError.WrongType(column.Start);
        }
    }

    private static void CheckNoSubquery(Expr expr)
    {
        if (SyntaxTree.Any(expr, e => e is SubqueryExpr or ExistsExpr or InExpr { Query: not null } or QuantifiedExpr { Query: not null }))
            throw new PlSqlError("PLS-00405: subquery not allowed in this context", expr.Start);
    }

    /// <summary>A condition in which BOOLEAN variables stand alone, with them compared to 1.</summary>
    private static Expr Truth(Expr expr, Names names) => expr switch
    {
        BinaryExpr { Operator: "AND" or "OR" } logic => logic with { Left = Truth(logic.Left, names), Right = Truth(logic.Right, names) },
        UnaryExpr { Operator: "NOT" } not => not with { Operand = Truth(not.Operand, names) },
        _ when Parser.IsCondition(expr) => expr,
        NullLiteral or ColumnExpr when IsBoolean(expr, names) => new BinaryExpr(expr.Start, "=", expr, new NumberLiteral(expr.Start, "1", "")) { End = expr.End },
        _ => throw PlSqlError.WrongType(expr.Start),
    };

    private static bool IsBoolean(Expr expr, Names names) => expr is not ColumnExpr column || names.Find(column.Qualifier, column.Name) switch
    {
        Variable variable => variable.Kind == PlSqlType.Boolean,
        null => throw PlSqlError.Undeclared(column.Name, column.Start),
        _ => false,
    };

    /// <summary>The value of a BOOLEAN: 1, 0 or NULL.</summary>
    private static Expr AsBoolean(Expr expr, Names names)
    {
        if (expr is NullLiteral || (expr is ColumnExpr && IsBoolean(expr, names))) return expr;
        var condition = Truth(expr, names);
        return new CaseExpr(
            expr.Start,
            null,
            [(condition, new NumberLiteral(expr.Start, "1", "")), (new UnaryExpr(expr.Start, "NOT", condition), new NumberLiteral(expr.Start, "0", ""))],
            null);
    }
}
