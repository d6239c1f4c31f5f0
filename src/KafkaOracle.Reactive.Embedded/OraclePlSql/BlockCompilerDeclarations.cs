using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Declarations, and what names refer to.</summary>
internal sealed partial class BlockCompiler
{
    private static readonly string[] Attributes = ["%FOUND", "%NOTFOUND", "%ROWCOUNT", "%ISOPEN"];

    /// <summary>What is done whenever the block begins.</summary>
    private Action<BlockRun>? Declare(Declaration declaration, Names names)
    {
        switch (declaration)
        {
            case VariableDeclaration variable:
                return Declare(variable, names);
            case CursorDeclaration cursor:
                names.Declare(cursor.Name, Cursor(cursor, names), cursor.Start);
                return null;
            case ExceptionDeclaration exception:
                names.Declare(exception.Name, new ExceptionSymbol($"{exception.Name}#{++_exceptions}"), exception.Start);
                return null;
            case ExceptionNumber number:
                (names.FindException(number.Name) ?? throw PlSqlError.Undeclared(number.Name, number.Start)).Code = number.Code;
                return null;
            default:
                throw PlSqlError.Unsupported("this declaration", declaration.Start);
        }
    }

    private Action<BlockRun>? Declare(VariableDeclaration declaration, Names names)
    {
        if (declaration.Type.Kind == PlSqlType.LikeRow)
        {
            if (declaration.Initial != null) throw PlSqlError.Unsupported("records with initial values", declaration.Start);
            var record = Record(RowOf(declaration.Type, names));
            names.Declare(declaration.Name, record, declaration.Start);
            return run =>
            {
                foreach (var (_, field) in record.Fields) run.Clear(field);
            };
        }
        var variable = Typed(declaration.Type, names) with { NotNull = declaration.NotNull, IsConstant = declaration.IsConstant };
        var initial = declaration.Initial == null ? null : Value(declaration.Initial, variable, names);
        names.Declare(declaration.Name, variable, declaration.Start);
        if (variable.Kind == PlSqlType.RefCursor)
        {
            DeclareAttributes(declaration.Name, variable.Cursor, names, declaration.Start);
            return run => run.ClearCursor(variable.Cursor);
        }
        return run =>
        {
            if (initial == null) run.Clear(variable);
            else run.Set(variable, run.Evaluate(initial));
        };
    }

    private CursorSymbol Cursor(CursorDeclaration cursor, Names outer)
    {
        var names = new Names(outer, null);
        var parameters = new List<Variable>();
        var defaults = new List<Evaluation?>();
        foreach (var parameter in cursor.Parameters)
        {
            var variable = Typed(parameter.Type, outer);
            names.Declare(parameter.Name, variable, parameter.Start);
            parameters.Add(variable);
            defaults.Add(parameter.Initial == null ? null : Value(parameter.Initial, variable, outer));
        }
        var index = _cursors++;
        DeclareAttributes(cursor.Name, index, outer, cursor.Start);
        var query = Query(cursor.Query, names);
        return new CursorSymbol(index, query, cursor.Query.Tree.ForUpdate, parameters, defaults, query.For(_catalog).Columns);
    }

    private void DeclareAttributes(string name, int cursor, Names names, int position)
    {
        foreach (var attribute in Attributes)
        {
            var variable = NewVariable(OracleType.Number, attribute == "%ROWCOUNT" ? PlSqlType.Sql : PlSqlType.Boolean) with { IsConstant = true };
            names.Declare(name + attribute, variable, position);
            if (attribute == Attributes[0]) _attributes[cursor] = variable.Slot;
        }
    }

    /// <summary>Where the attributes of each cursor begin among the values.</summary>
    private readonly Dictionary<int, int> _attributes = [];

    private RecordSymbol Record(IReadOnlyList<OutputColumn> columns) =>
        new([.. columns.Select(c => (c.Name, NewVariable(c.Type.Kind == TypeKind.Null ? new OracleType(TypeKind.Text, Size: 1, Chars: 1) : c.Type)))]);

    private IReadOnlyList<OutputColumn> RowOf(TypeName type, Names names)
    {
        if (names.Find(type.Name) is CursorSymbol cursor) return cursor.Columns;
        var all = new Query([], [("", new QueryBlock(type.Start, false, [new SelectItem(new StarExpr(type.Start, null), null, "*")], new TableFrom(type.Start, type.Name, null), null, [], null, null))], [], null, null, null);
        return new Translator(_catalog, []).Statement(all).Columns;
    }

    private Variable Typed(TypeName type, Names names)
    {
        if (type.Kind != PlSqlType.LikeColumn) return NewVariable(type.Type, type.Kind);
        if (names.Find(type.Qualifier, type.Name) is Variable like) return NewVariable(like.Type, like.Kind);
        if (type.Qualifier == null) throw PlSqlError.Undeclared(type.Name, type.Start);
        var column = RowOf(new TypeName(type.Start, PlSqlType.LikeRow, OracleType.Null, null, type.Qualifier), names).FirstOrDefault(c => c.Name == type.Name);
        return NewVariable(column?.Type ?? throw new PlSqlError($"PLS-00302: component '{type.Name}' must be declared", type.Start));
    }

    /// <summary>A variable or bind that can be assigned to.</summary>
    private Variable Variable(Target target, Names names)
    {
        if (target.Bind is { } bind) return BindOf(bind);
        return names.Find(target.Qualifier, target.Name) switch
        {
            Variable { IsConstant: true } => throw new PlSqlError($"PLS-00363: expression '{target.Name}' cannot be used as an assignment target", target.Start),
            Variable variable => variable,
            null => throw PlSqlError.Undeclared(target.Qualifier == null ? target.Name : $"{target.Qualifier}.{target.Name}", target.Start),
            _ => throw PlSqlError.WrongType(target.Start),
        };
    }

    private Variable BindOf(int bind) => bind < _implicit
        ? new Variable(bind, _types[bind], _bindCursors[bind] >= 0 ? PlSqlType.RefCursor : PlSqlType.Sql) { Cursor = _bindCursors[bind] }
        : throw new OracleError(1008, "not all variables bound");

    /// <summary>What the columns of a row are assigned to; a record takes all of them.</summary>
    private List<Variable> Variables(IReadOnlyList<Target> targets, Names names)
    {
        if (targets is [{ Bind: null } only] && names.Find(only.Qualifier, only.Name) is RecordSymbol record) return [.. record.Fields.Select(f => f.Field)];
        return [.. targets.Select(t => Variable(t, names))];
    }
}
