using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Implicit conversions between types, as calls of the functions that every SQLite connection gets.</summary>
internal static class Conversions
{
    public static TypedSql To(TypedSql value, OracleType type, int position = 0)
    {
        if (value.Type.Kind == TypeKind.Null || value.Type.Kind == type.Kind) return value;
        return type.Kind switch
        {
            TypeKind.Number => ToNumber(value, position),
            TypeKind.Text or TypeKind.Char or TypeKind.Clob => ToText(value, position),
            TypeKind.BinaryDouble => ToDouble(value, position),
            TypeKind.BinaryFloat => new TypedSql($"o_to_float({ToDouble(value, position).Text})", OracleType.BinaryFloat),
            TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz => ToInstant(value, type, position),
            TypeKind.Raw or TypeKind.Blob => ToBytes(value, type, position),
            TypeKind.Interval when value.Type.IsText => new TypedSql($"o_text_to_interval({value.Text})", type),
            TypeKind.IntervalYm when value.Type.IsText => new TypedSql($"o_text_to_months({value.Text})", type),
            _ => throw OracleError.Inconsistent(type.Name, value.Type.Name, position),
        };
    }

    public static TypedSql ToNumber(TypedSql value, int position = 0)
    {
        if (value.Type.Kind is TypeKind.Number or TypeKind.Null) return value;
        if (value.Type.IsText)
        {
            // With a fraction it depends on the session's decimal mark.
            if (value.IsLiteral && !value.Text.Contains('.', StringComparison.Ordinal) && OracleNumber.TryParse(Unquoted(value.Text), out var number)) return Literals.Number(number);
            return new TypedSql($"o_to_number({value.Text})", OracleType.Number);
        }
        if (value.Type.IsFloat) return new TypedSql($"o_float_to_number({value.Text})", OracleType.Number);
        throw OracleError.Inconsistent("NUMBER", value.Type.Name, position);
    }

    public static TypedSql ToText(TypedSql value, int position = 0)
    {
        var type = value.Type;
        if (type.IsText || type.Kind == TypeKind.Null) return value;
        var text = type.Kind switch
        {
            TypeKind.Number => $"o_number_to_text({value.Text})",
            TypeKind.BinaryDouble or TypeKind.BinaryFloat => $"o_float_to_text({value.Text})",
            TypeKind.Date => $"o_date_to_text({value.Text})",
            TypeKind.Timestamp => $"o_timestamp_to_text({value.Text}, {type.Scale})",
            TypeKind.TimestampLtz => $"o_timestamp_to_text(o_from_ltz({value.Text}), {type.Scale})",
            TypeKind.TimestampTz => $"o_zoned_to_text({value.Text}, {type.Scale})",
            TypeKind.Raw => $"o_rawtohex({value.Text})",
            TypeKind.Interval => $"o_interval_to_text({value.Text}, {type.Precision}, {type.Scale})",
            TypeKind.IntervalYm => $"o_months_to_text({value.Text}, {type.Precision})",
            _ => throw OracleError.Inconsistent("CHAR", type.Name, position),
        };
        var size = type.Kind == TypeKind.Raw ? Math.Min(4000, type.Size * 2) : 64;
        return new TypedSql(text, OracleType.Text with { Size = size, Chars = size });
    }

    public static TypedSql ToDouble(TypedSql value, int position = 0) => value.Type.Kind switch
    {
        TypeKind.Null or TypeKind.BinaryDouble => value,
        TypeKind.BinaryFloat => new TypedSql($"o_to_double({value.Text})", OracleType.BinaryDouble),
        _ when value.Type.IsText => new TypedSql($"o_text_to_double({value.Text})", OracleType.BinaryDouble),
        _ => new TypedSql($"o_number_to_double({ToNumber(value, position).Text})", OracleType.BinaryDouble),
    };

    public static TypedSql ToInstant(TypedSql value, OracleType type, int position = 0)
    {
        var from = value.Type;
        if (from.IsText)
        {
            var function = type.Kind switch { TypeKind.Date => "o_text_to_date", TypeKind.TimestampTz => "o_text_to_zoned", _ => "o_text_to_timestamp" };
            var read = $"{function}({value.Text})";
            return new TypedSql(type.Kind == TypeKind.TimestampLtz ? $"o_to_ltz({read})" : read, type);
        }
        if (!from.IsInstant) throw OracleError.Inconsistent(type.Name, from.Name, position);
        if (type.IsZoned) return from.IsZoned ? value : new TypedSql($"{(from.Kind == TypeKind.TimestampLtz ? "o_ltz_to_zoned" : "o_to_zoned")}({value.Text})", type);
        // Kept in UTC, and read in the session's time zone.
        if (type.Kind == TypeKind.TimestampLtz)
            return from.Kind == TypeKind.TimestampLtz ? value : new TypedSql($"{(from.IsZoned ? "o_utc" : "o_to_ltz")}({value.Text})", type);
        // Leaving out the zone of a value means showing its own fields.
        var plain = from.IsZoned ? $"o_local({value.Text})" : from.Kind == TypeKind.TimestampLtz ? $"o_from_ltz({value.Text})" : value.Text;
        return new TypedSql(type.Kind == TypeKind.Date && from.Kind != TypeKind.Date ? $"substr({plain}, 1, 7)" : plain, type);
    }

    /// <summary>Makes two operands of a comparison comparable byte by byte.</summary>
    public static (string Left, string Right) Comparable(TypedSql left, TypedSql right, int position)
    {
        var (a, b) = (left.Type, right.Type);
        if (a.Kind == TypeKind.Null || b.Kind == TypeKind.Null) return (left.Text, right.Text);
        if (a.IsLob || b.IsLob) throw OracleError.Inconsistent("-", a.IsLob ? a.Name : b.Name, position);
        if (a.Kind == TypeKind.RowId || b.Kind == TypeKind.RowId) return (ToRowId(left).Text, ToRowId(right).Text);
        if (a.IsText && b.IsText)
        {
            // Blank-padded semantics: both are CHAR, or one is and the other is a literal (which is CHAR too).
            return a.Kind == TypeKind.Char && b.Kind == TypeKind.Char
                ? (Trimmed(left), Trimmed(right))
                : (left.Text, right.Text);
        }
        if (a.IsFloat || b.IsFloat) return (ToDouble(left, position).Text, ToDouble(right, position).Text);
        if (a.IsInstant && b.Kind == TypeKind.Number || b.IsInstant && a.Kind == TypeKind.Number)
            throw OracleError.Inconsistent(a.IsInstant ? a.Name : b.Name, "NUMBER", position);
        if (a.Kind == TypeKind.Number || b.Kind == TypeKind.Number) return (ToNumber(left, position).Text, ToNumber(right, position).Text);
        if (a.IsInstant || b.IsInstant)
        {
            var type = a.IsInstant && b.IsInstant ? (a.Kind == TypeKind.Date ? b : a) : a.IsInstant ? a : b;
            if (!a.IsZoned && !b.IsZoned) return (ToInstant(left, type, position).Text, ToInstant(right, type, position).Text);
            return ($"o_utc({ToInstant(left, OracleType.TimestampTz, position).Text})", $"o_utc({ToInstant(right, OracleType.TimestampTz, position).Text})");
        }
        if (a.Kind == TypeKind.Raw || b.Kind == TypeKind.Raw) return (ToBytes(left, OracleType.Raw, position).Text, ToBytes(right, OracleType.Raw, position).Text);
        if (a.Kind == b.Kind) return (left.Text, right.Text);
        throw OracleError.Inconsistent(a.Name, b.Name, position);
    }

    private static TypedSql ToRowId(TypedSql value) =>
        value.Type.Kind == TypeKind.RowId ? value : new TypedSql($"o_chartorowid({ToText(value).Text})", OracleType.RowId);

    private static string Trimmed(TypedSql value) => $"rtrim({value.Text})";

    private static TypedSql ToBytes(TypedSql value, OracleType type, int position)
    {
        if (value.Type.Kind is TypeKind.Raw or TypeKind.Blob or TypeKind.Null) return value with { Type = type };
        if (value.Type.IsText) return new TypedSql($"o_hextoraw({value.Text})", type);
        throw OracleError.Inconsistent(type.Name, value.Type.Name, position);
    }

    private static string Unquoted(string literal) => literal.Trim('\'');
}
