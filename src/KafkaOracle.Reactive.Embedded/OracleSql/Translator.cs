using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Translates syntax trees into SQLite's SQL, with types: expressions here, queries and DML in the other parts.</summary>
/// <param name="catalog">The data dictionary that names are looked up in.</param>
/// <param name="binds">The type of each bind as the client sends it.</param>
/// <param name="variables">Finds the number, among the binds, of a block's variable that a name stands for where it is no column.</param>
internal sealed partial class Translator(Catalog catalog, IReadOnlyList<OracleType> binds, Func<ColumnExpr, int?>? variables = null)
{
    /// <summary>Text that a translation may grow to: some constructs repeat an operand, and nested they would do so without bound.</summary>
    private const int LongestText = 8 << 20;
    private readonly HashSet<string> _drawn = [];
    private bool _allowsSequences;
    private bool _allowsMarks;
    private int _aliases;

    private string NewAlias() => $"s{++_aliases}";

    public TypedSql Value(Expr expr, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (scope.Grouping is { Count: > 0 } groups && !scope.InsideAggregate && expr is not (ColumnExpr or NumberLiteral or TextLiteral))
        {
            // An expression that is grouped by as a whole may contain columns that are not.
            scope.InsideAggregate = true;
            var whole = Aggregated(expr) || expr is CallExpr { Over: not null } ? null : Translate(expr, scope);
            scope.InsideAggregate = false;
            if (whole != null && groups.Find(whole.Text) is { } key) return key;
        }
        return Bounded(Translate(expr, scope));
    }

    private static TypedSql Bounded(TypedSql value) => value.Text.Length <= LongestText ? value : throw OracleError.Unsupported("a statement this large");

    private TypedSql Translate(Expr expr, Scope scope)
    {
        switch (expr)
        {
            case NullLiteral: return Literals.Null;
            case NumberLiteral number: return Literals.Number(number);
            case TextLiteral text: return Literals.Text(text.Text);
            case InstantLiteral instant: return Instants.Literal(instant);
            case IntervalLiteral interval: return Intervals.Literal(interval);
            case BindExpr bind: return new TypedSql($"?{bind.Index + 1}", bind.Index < binds.Count ? binds[bind.Index] : throw new OracleError(1008, "not all variables bound"));
            case ColumnExpr column: return Column(column, scope);
            case OptionalExpr optional when _allowsMarks: return Column(optional.Column, scope);
            case OptionalExpr: throw new OracleError(30563, "outer join operator (+) is not allowed here", expr.Start);
            case SequenceExpr sequence: return FromSequence(sequence);
            case PriorExpr prior when scope.Above != null: return Value(prior.Operand, scope.Above);
            case PriorExpr or RootExpr: return Carried(expr, scope);
            case UnaryExpr { Operator: "-" } unary: return Negate(unary, scope);
            case BinaryExpr { Operator: "+" or "-" or "*" or "/" } binary: return Arithmetic(binary, scope);
            case BinaryExpr { Operator: "||" } concat: return Concat(Operands(concat), concat.Start, scope);
            case CallExpr call: return Call(call, scope);
            case JsonExpr json: return Json(json, scope);
            case JsonMakerExpr maker: return JsonMaker(maker, scope);
            case CaseExpr @case: return Case(@case, scope);
            case CastExpr { IsAsked: true } asked: return Validated(asked, scope);
            case CastExpr cast: return Cast(cast, scope);
            case ExtractExpr extract: return Extract(extract, scope);
            case AtZoneExpr zoned: return AtZone(zoned, scope);
            case SubqueryExpr subquery: return ScalarSubquery(subquery, scope);
            case DefaultExpr: throw new OracleError(936, "missing expression", expr.Start);
            case StarExpr: throw new OracleError(936, "missing expression", expr.Start);
            case TupleExpr: throw new OracleError(907, "missing right parenthesis", expr.Start);
            default: throw OracleError.Unsupported("a condition as a value", expr.Start);
        }
    }

    private TypedSql Column(ColumnExpr column, Scope scope)
    {
        if (column is { Qualifier: null, Name: "ROWNUM" })
            return scope.Grouped(scope.RowNumber ?? throw new OracleError(976, "Specified pseudocolumn or operator not allowed here.", column.Start), column.Start);
        if (scope.Find(column) is { } found) return found;
        if (variables?.Invoke(column) is { } index) return new TypedSql($"?{index + 1}", binds[index]);
        if (column.Qualifier == null && Functions.Pseudocolumn(column.Name, catalog) is { } pseudo) return pseudo;
        var name = column.Qualifier == null ? $"\"{column.Name}\"" : $"\"{column.Qualifier}\".\"{column.Name}\"";
        throw OracleError.NoColumn(name, column.Start);
    }

    /// <summary>A value as it is assigned to a variable of a type.</summary>
    public TypedSql Assigned(Expr expr, OracleType type)
    {
        _allowsSequences = true;
        return Assigned(Value(expr, new Scope(null)), type, expr.Start);
    }

    public static TypedSql Assigned(TypedSql value, OracleType type, int position) => value.Type.Kind == TypeKind.Null
        ? value
        : Fitted(Conversions.To(value, type, position) with { Type = value.Type.IsInstant ? value.Type : type }, type, "");

    private TypedSql FromSequence(SequenceExpr expr)
    {
        var sequence = catalog.FindSequence(expr.Sequence, expr.Start);
        if (!expr.IsNext) return new TypedSql($"o_currval({Literals.Quote(sequence.Name)})", OracleType.Number, NotNull: true);
        if (!_allowsSequences) throw new OracleError(2287, "sequence number not allowed here", expr.Start);
        // Every NEXTVAL of a row is one and the same number.
        if (!_drawn.Add(sequence.Name)) return new TypedSql($"o_currval({Literals.Quote(sequence.Name)})", OracleType.Number, NotNull: true);
        return new TypedSql($"o_nextval({Literals.Quote(sequence.Name)})", OracleType.Number, NotNull: true);
    }

    private TypedSql Case(CaseExpr @case, Scope scope)
    {
        var values = @case.Branches.Select(b => Value(b.Then, scope)).ToList();
        if (@case.Else != null) values.Add(Value(@case.Else, scope));
        var type = values.Aggregate(OracleType.Null, (t, v) => OracleType.Common(t, v.Type));
        CheckFamily(values, type, @case.Start);
        var operand = @case.Operand == null ? null : Value(@case.Operand, scope);
        var conditions = new List<string>();
        // The operand stands in the text once when no branch asks for its conversion.
        var pairs = operand == null ? [] : @case.Branches.Select(b => Conversions.Comparable(operand, Value(b.When, scope), b.When.Start)).ToList();
        var isShared = pairs.Count > 0 && pairs.All(p => p.Left == pairs[0].Left);
        var text = new System.Text.StringBuilder(isShared ? $"CASE {pairs[0].Left}" : "CASE");
        for (var i = 0; i < @case.Branches.Count; i++)
        {
            var condition = operand == null ? Condition(@case.Branches[i].When, scope) : isShared ? pairs[i].Right : $"{pairs[i].Left} = {pairs[i].Right}";
            text.Append(" WHEN ").Append(condition).Append(" THEN ").Append(Conversions.To(values[i], type).Text);
        }
        if (@case.Else != null) text.Append(" ELSE ").Append(Conversions.To(values[^1], type).Text);
        return new TypedSql(text.Append(" END").ToString(), type);
    }

    /// <summary>The branches of a CASE must be of one family; other than in DECODE, nothing is converted.</summary>
    private static void CheckFamily(List<TypedSql> values, OracleType type, int position)
    {
        foreach (var value in values)
        {
            var t = value.Type;
            if (t.Kind == TypeKind.Null || (t.IsText && type.IsText) || (t.IsNumeric && type.IsNumeric) || (t.IsInstant && type.IsInstant) || t.Kind == type.Kind) continue;
            var first = values.First(v => v.Type.Kind != TypeKind.Null).Type;
            var other = t == first ? type : t;
            throw OracleError.Inconsistent(first.IsText ? "CHAR" : first.Name, other.IsText ? "CHAR" : other.Name, position);
        }
    }

    private TypedSql Extract(ExtractExpr extract, Scope scope)
    {
        var value = Value(extract.Operand, scope);
        var function = value.Type.Kind switch
        {
            TypeKind.Interval => "o_extract_interval",
            TypeKind.IntervalYm => "o_extract_months",
            TypeKind.Date when extract.Field is not ("YEAR" or "MONTH" or "DAY") => throw new OracleError(30076, "invalid extract field for extract source", extract.Start),
            TypeKind.Null or TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz => "o_extract",
            _ => throw new OracleError(30076, "invalid extract field for extract source", extract.Start),
        };
        var fields = value.Type.Kind == TypeKind.TimestampLtz ? $"o_from_ltz({value.Text})" : value.Text;
        return new TypedSql($"{function}({Literals.Quote(extract.Field)}, {fields})", OracleType.Number);
    }

    private TypedSql AtZone(AtZoneExpr zoned, Scope scope)
    {
        var value = Conversions.To(Value(zoned.Operand, scope), OracleType.TimestampTz, zoned.Start);
        if (zoned.Zone == null) return new TypedSql($"o_at_local({value.Text})", OracleType.TimestampTz);
        var zone = Conversions.ToText(Value(zoned.Zone, scope), zoned.Start).Text;
        return new TypedSql($"o_at_zone({value.Text}, {zone})", OracleType.TimestampTz);
    }

    private TypedSql ScalarSubquery(SubqueryExpr subquery, Scope scope)
    {
        var query = Subquery(subquery.Query, scope);
        if (query.Columns.Count != 1) throw new OracleError(913, "too many values", subquery.Start);
        // SQLite would take the first of several rows.
        var text = AtMostOne(subquery.Query) ? query.Text : $"SELECT CASE WHEN count(*) OVER () > 1 THEN o_too_many_rows() ELSE c1 END FROM ({query.Text})";
        return new TypedSql($"({text})", query.Columns[0].Type);
    }

    /// <summary>Whether a query yields one row at most whatever the tables hold: an aggregate without GROUP BY, or DUAL.</summary>
    private static bool AtMostOne(Query query) =>
        (query.Blocks is [var (_, block)] && block is { Nested: null, GroupBy.Count: 0, GroupingSets: null, Hierarchy: null }
            && (block.From is TableFrom { Name: "DUAL" } || block.Items.Any(i => Aggregated(i.Value))))
        || query.Fetch is { IsPercent: false, WithTies: false, Count: NumberLiteral { Text: "1" } };

    /// <summary>Makes a value fit a declared type: rounds, pads, or fails with the errors of an assignment.</summary>
    /// <param name="value">A value of the type's kind.</param>
    /// <param name="type">The declared type.</param>
    /// <param name="column">The quoted name of the column assigned to, for errors; empty for CAST.</param>
    private static TypedSql Fitted(TypedSql value, OracleType type, string column)
    {
        var label = Literals.Quote(column);
        var text = type.Kind switch
        {
            TypeKind.Number when type.Precision > 0 => $"o_fit_number({value.Text}, {type.Precision}, {type.Scale})",
            TypeKind.Text or TypeKind.Char =>
                $"o_fit_text({value.Text}, {(type.InChars ? type.Chars : type.Size)}, {(type.InChars ? 1 : 0)}, {(type.Kind == TypeKind.Char ? 1 : 0)}, {label})",
            TypeKind.Raw => $"o_fit_raw({value.Text}, {type.Size}, {label})",
            TypeKind.Date when value.Type.Kind != TypeKind.Date => $"substr({value.Text}, 1, 7)",
            TypeKind.Timestamp or TypeKind.TimestampLtz or TypeKind.TimestampTz when value.Type.Kind != TypeKind.Date => $"o_fit_timestamp({value.Text}, {type.Scale})",
            TypeKind.Interval => $"o_fit_interval({value.Text}, {type.Precision}, {type.Scale})",
            TypeKind.IntervalYm => $"o_fit_months({value.Text}, {type.Precision})",
            _ => value.Text,
        };
        return new TypedSql(text, type);
    }
}
