using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Operators: arithmetic of numbers, instants and intervals, and concatenation.</summary>
internal sealed partial class Translator
{
    private const int LongestChar = 2000;
    private const int LongestVarchar = 4000;
    private const int MostOperands = 1000;

    private TypedSql Negate(UnaryExpr unary, Scope scope)
    {
        if (unary.Operand is NumberLiteral { Suffix: "" } literal) return Literals.Number(-OracleNumber.Parse(literal.Text));
        var value = Value(unary.Operand, scope);
        if (value.Type.IsInterval) return Scaled(value, Literals.Number(-1).Text);
        return value.Type.IsFloat
            ? new TypedSql($"o_float_neg({Conversions.ToDouble(value).Text})", OracleType.BinaryDouble)
            : new TypedSql($"o_neg({Conversions.ToNumber(value, unary.Start).Text})", OracleType.Number);
    }

    private TypedSql Arithmetic(BinaryExpr binary, Scope scope)
    {
        var left = Value(binary.Left, scope);
        var right = Value(binary.Right, scope);
        if (left.Type.IsInstant || right.Type.IsInstant) return InstantArithmetic(binary, left, right);
        if (left.Type.IsInterval || right.Type.IsInterval) return IntervalArithmetic(binary, left, right);
        var name = binary.Operator switch { "+" => "add", "-" => "sub", "*" => "mul", _ => "div" };
        if (left.Type.IsFloat || right.Type.IsFloat)
            return new TypedSql($"o_float_{name}({Conversions.ToDouble(left, binary.Start).Text}, {Conversions.ToDouble(right, binary.Start).Text})", OracleType.BinaryDouble);
        return new TypedSql($"o_{name}({Conversions.ToNumber(left, binary.Start).Text}, {Conversions.ToNumber(right, binary.Start).Text})", OracleType.Number);
    }

    private static TypedSql InstantArithmetic(BinaryExpr binary, TypedSql left, TypedSql right)
    {
        var minus = binary.Operator == "-";
        if (!minus && binary.Operator != "+") throw OracleError.Inconsistent("NUMBER", left.Type.IsInstant ? left.Type.Name : right.Type.Name, binary.Start);
        if (left.Type.IsInstant && right.Type.IsInstant)
        {
            if (!minus) throw new OracleError(975, "date + date not allowed", binary.Start);
            if (left.Type.Kind == TypeKind.Date && right.Type.Kind == TypeKind.Date) return new TypedSql($"o_days_between({left.Text}, {right.Text})", OracleType.Number);
            // An instant less fields without a zone: those are of the session's.
            if (left.Type.Kind is TypeKind.TimestampTz or TypeKind.TimestampLtz && right.Type.Kind is TypeKind.Date or TypeKind.Timestamp) right = right with { Text = $"o_to_ltz({right.Text})" };
            else if (right.Type.Kind is TypeKind.TimestampTz or TypeKind.TimestampLtz && left.Type.Kind is TypeKind.Date or TypeKind.Timestamp) left = left with { Text = $"o_to_ltz({left.Text})" };
            var scale = Math.Max(left.Type.Kind == TypeKind.Date ? 0 : left.Type.Scale, right.Type.Kind == TypeKind.Date ? 0 : right.Type.Scale);
            return new TypedSql($"o_interval_between({left.Text}, {right.Text})", OracleType.Interval with { Precision = 9, Scale = scale });
        }
        if (!left.Type.IsInstant)
        {
            if (minus) throw OracleError.Inconsistent(left.Type.IsText ? "CHAR" : left.Type.Name, right.Type.Name, binary.Start);
            (left, right) = (right, left);
        }
        var sign = minus ? -1 : 1;
        if (right.Type.IsInterval)
        {
            var function = right.Type.Kind == TypeKind.Interval ? "o_add_interval" : "o_add_interval_months";
            var sum = $"{function}({left.Text}, {right.Text}, {sign})";
            return new TypedSql(left.Type.Kind == TypeKind.Date ? $"substr({sum}, 1, 7)" : sum, left.Type);
        }
        // A number of days added to any instant gives a DATE.
        var date = Conversions.ToInstant(left, OracleType.Date);
        return new TypedSql($"o_add_days({date.Text}, {Conversions.ToNumber(right, binary.Start).Text}, {sign})", OracleType.Date);
    }

    private static TypedSql IntervalArithmetic(BinaryExpr binary, TypedSql left, TypedSql right)
    {
        if (binary.Operator is "+" or "-")
        {
            if (left.Type.Kind != right.Type.Kind) throw OracleError.Inconsistent(left.Type.Name, right.Type.Name, binary.Start);
            var sign = binary.Operator == "-" ? -1 : 1;
            return left.Type.Kind == TypeKind.Interval
                ? new TypedSql($"o_add_intervals({left.Text}, {right.Text}, {sign})", left.Type with { Precision = 9, Scale = Math.Max(left.Type.Scale, right.Type.Scale) })
                : new TypedSql($"o_add_months_intervals({left.Text}, {right.Text}, {sign})", left.Type with { Precision = 9 });
        }
        if (binary.Operator == "*" && right.Type.IsInterval) (left, right) = (right, left);
        if (right.Type.IsInterval) throw OracleError.Inconsistent("NUMBER", right.Type.Name, binary.Start);
        var by = Conversions.ToNumber(right, binary.Start).Text;
        return Scaled(left, binary.Operator == "*" ? by : $"o_div({Literals.Number(1).Text}, {by})");
    }

    private static TypedSql Scaled(TypedSql interval, string by) => interval.Type.Kind == TypeKind.Interval
        ? new TypedSql($"o_scale_interval({interval.Text}, {by})", interval.Type with { Precision = 9, Scale = 9 })
        : new TypedSql($"o_scale_months({interval.Text}, {by})", interval.Type with { Precision = 9 });

    /// <summary>The operands of a chain of one operator, which nests to the left.</summary>
    private static List<Expr> Operands(BinaryExpr chain)
    {
        var operands = new List<Expr>();
        Expr rest = chain;
        for (; rest is BinaryExpr binary && binary.Operator == chain.Operator; rest = binary.Left) operands.Add(binary.Right);
        if (operands.Count >= MostOperands) throw OracleError.Unsupported($"a chain of more than {MostOperands} operands", chain.Start);
        operands.Add(rest);
        operands.Reverse();
        return operands;
    }

    private TypedSql Concat(IReadOnlyList<Expr> operands, int position, Scope scope)
    {
        var values = operands.Select(o => Conversions.ToText(Value(o, scope), position)).ToList();
        var isLob = values.Any(v => v.Type.Kind == TypeKind.Clob);
        var (size, chars) = (values.Sum(v => v.Type.Size), values.Sum(v => v.Type.Chars));
        if (isLob || size <= LongestVarchar)
        {
            // CHARs together are a CHAR, as long as they may be.
            var kind = size <= LongestChar && values.All(v => v.Type.Kind == TypeKind.Char) ? TypeKind.Char : TypeKind.Text;
            var type = isLob ? OracleType.Clob : new OracleType(kind, Size: size, Chars: chars);
            return new TypedSql($"nullif({string.Join(" || ", values.Select(v => $"ifnull({v.Text}, '')"))}, '')", type);
        }
        // The result may turn out too long.
        var text = values.Skip(1).Aggregate(values[0].Text, (t, v) => $"o_concat({t}, {v.Text})");
        return new TypedSql(text, OracleType.Text);
    }
}
