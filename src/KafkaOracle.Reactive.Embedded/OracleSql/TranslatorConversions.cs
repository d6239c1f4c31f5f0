namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>CAST, VALIDATE_CONVERSION, and DEFAULT .. ON CONVERSION ERROR.</summary>
internal sealed partial class Translator
{
    private static readonly HashSet<string> Triable = ["o_to_number", "o_text_to_double", "o_text_to_interval", "o_text_to_months", "o_text_to_date", "o_text_to_timestamp", "o_text_to_zoned"];

    private TypedSql Cast(CastExpr cast, Scope scope)
    {
        var value = Value(cast.Operand, scope);
        // CAST cuts a text to the length asked for; an assignment would fail.
        if (cast.Type.Kind is TypeKind.Text or TypeKind.Char && value.Type.Kind != TypeKind.Null)
        {
            var most = cast.Type.InChars ? cast.Type.Chars : cast.Type.Size;
            var cut = value.Type.IsText && !value.Type.IsLob
                ? new TypedSql($"{(cast.Type.InChars ? "o_substr" : "o_substrb")}({value.Text}, {Literals.Number(1).Text}, {Literals.Number(most).Text})", cast.Type)
                : Conversions.ToText(value, cast.Start);
            return Fitted(cut, cast.Type, "");
        }
        var converted = Converted(cast, value, scope);
        if (cast.OnConversionError != null) converted = OrDefault(value, converted, Conversions.To(Value(cast.OnConversionError, scope), converted.Type, cast.Start), cast.Start);
        return Fitted(converted with { Type = value.Type.IsInstant ? value.Type : cast.Type }, cast.Type, "");
    }

    /// <summary>What is converted, before it is fitted to a size.</summary>
    private TypedSql Converted(CastExpr cast, TypedSql value, Scope scope)
    {
        if (cast.Format == null) return Conversions.To(value, cast.Type, cast.Start);
        var function = cast.Type.Kind switch
        {
            TypeKind.Number => "TO_NUMBER",
            TypeKind.Date => "TO_DATE",
            TypeKind.Timestamp => "TO_TIMESTAMP",
            TypeKind.TimestampTz => "TO_TIMESTAMP_TZ",
            _ => throw OracleError.Unsupported($"a format for {cast.Type.Name}", cast.Format.Start),
        };
        return Call(new CallExpr(cast.Start, function, [cast.Operand, cast.Format], false, null), scope);
    }

    private TypedSql Validated(CastExpr cast, Scope scope)
    {
        var value = Value(cast.Operand, scope);
        if (!value.Type.IsText) return Literals.Number(1);
        var converted = cast.Type.IsText ? value : Tried(Converted(cast, value, scope), cast.Start);
        return Functions.FromInteger(converted.IsLiteral || cast.Type.IsText ? "1" : $"({value.Text} IS NULL OR {converted.Text} IS NOT NULL)");
    }

    /// <summary>The conversion of a value, or the default where that fails.</summary>
    private static TypedSql OrDefault(TypedSql operand, TypedSql converted, TypedSql instead, int position)
    {
        if (converted.IsLiteral || converted.Text == operand.Text) return converted;
        return new TypedSql($"CASE WHEN {operand.Text} IS NOT NULL THEN ifnull({Tried(converted, position).Text}, {instead.Text}) END", converted.Type);
    }

    /// <summary>A conversion that gives NULL where it would fail.</summary>
    private static TypedSql Tried(TypedSql converted, int position)
    {
        if (converted.IsLiteral || converted.Type.Kind == TypeKind.Null) return converted;
        var end = converted.Text.IndexOf('(', StringComparison.Ordinal);
        return end > 0 && Triable.Contains(converted.Text[..end])
            ? converted with { Text = "try_" + converted.Text }
            : throw OracleError.Unsupported("ON CONVERSION ERROR of this conversion", position);
    }
}
