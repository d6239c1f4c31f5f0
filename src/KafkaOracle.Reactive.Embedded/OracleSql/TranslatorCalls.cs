namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Function calls whose result type follows from their arguments, or whose arguments are not all alike.</summary>
internal sealed partial class Translator
{
    private const int LongestRaw = 32767;

    private TypedSql Call(CallExpr call, Scope scope)
    {
        if (call.OnConversionError is { } otherwise)
        {
            var plain = call with { OnConversionError = null };
            var instead = Call(plain with { Arguments = [otherwise, .. call.Arguments.Skip(1)] }, scope);
            return OrDefault(Value(call.Arguments[0], scope), Call(plain, scope), instead, call.Start);
        }
        if (call.Over != null) return Analytic(call, scope);
        if (Aggregates.Contains(call.Name)) return Aggregate(call, scope);
        if (call.Name is "GROUPING" or "GROUPING_ID" or "GROUP_ID") return GroupingFunction(call, scope);
        if (call.Name == "SYS_CONNECT_BY_PATH") return Carried(call, scope);
        if (Rankings.Contains(call.Name)) throw new OracleError(30484, "missing window specification for this function", call.Start);
        if (Functions.Table.TryGetValue(call.Name, out var simple)) return SimpleCall(call, simple, scope);
        if (call.Name == "CONCAT" && call.Arguments.Count == 2) return Concat(call.Arguments, call.Start, scope);
        if (call.Name is "REGEXP_LIKE" or "LNNVL" or "JSON_EXISTS") throw OracleError.Unsupported("a condition as a value", call.Start);
        var values = call.Arguments.Select(a => Value(a, scope)).ToList();
        switch (call.Name)
        {
            case "NVL" when values.Count == 2:
                return Common("ifnull", values);
            case "COALESCE" when values.Count >= 2:
                return Common("coalesce", values);
            case "NULLIF" when values.Count == 2:
                if (values[0].Type.Kind == TypeKind.Null) throw OracleError.Inconsistent("-", "CHAR", call.Start);
                var (a, b) = Conversions.Comparable(values[0], values[1], call.Start);
                return a == values[0].Text ? new TypedSql($"nullif({a}, {b})", values[0].Type) : new TypedSql($"CASE WHEN {a} = {b} THEN NULL ELSE {values[0].Text} END", values[0].Type);
            case "NVL2" when values.Count == 3:
                var type = values[1].Type.Kind == TypeKind.Null ? values[2].Type : values[1].Type.IsText ? OracleType.Text : Widened(values[1].Type, values[2].Type);
                return new TypedSql($"CASE WHEN {values[0].Text} IS NOT NULL THEN {Conversions.To(values[1], type).Text} ELSE {Conversions.To(values[2], type).Text} END", type);
            case "GREATEST" or "LEAST" when values.Count >= 1:
                return Extreme(call, values);
            case "DECODE" when values.Count >= 3:
                return Decode(values, call.Start);
            case "ROUND" or "TRUNC" when values.Count is 1 or 2:
                return Rounded(call, values);
            case "ABS" or "FLOOR" or "CEIL" or "SIGN" or "MOD" when values.Count == (call.Name == "MOD" ? 2 : 1):
                return new TypedSql($"o_{call.Name.ToLowerInvariant()}({string.Join(", ", values.Select(v => Conversions.ToNumber(v, call.Start).Text))})", OracleType.Number);
            case "TO_CHAR" or "TO_NCHAR" when values.Count is >= 1 and <= 3:
                return ToChar(call, values);
            case "TO_NUMBER" when values.Count == 1:
                return Conversions.ToNumber(values[0], call.Start);
            case "TO_NUMBER" when values.Count is 2 or 3:
                return new TypedSql($"o_to_number({string.Join(", ", values.Select(v => Conversions.ToText(v, call.Start).Text))})", OracleType.Number);
            case "TO_BINARY_DOUBLE" when values.Count == 1:
                return Conversions.ToDouble(values[0], call.Start);
            case "TO_BINARY_FLOAT" when values.Count == 1:
                return Conversions.To(values[0], OracleType.BinaryFloat, call.Start);
            case "NANVL" when values.Count == 2:
                var (number, instead) = (Conversions.ToDouble(values[0], call.Start).Text, Conversions.ToDouble(values[1], call.Start).Text);
                return new TypedSql($"CASE WHEN o_is_nan({number}) THEN {instead} ELSE {number} END", OracleType.BinaryDouble);
            case "TRIM" when values.Count is >= 1 and <= 3:
                return Trim(call, values);
            case "TO_CLOB" or "TO_LOB" when values.Count == 1:
                return Conversions.ToText(values[0], call.Start) with { Type = OracleType.Clob };
            case "LENGTH" or "LENGTHB" or "VSIZE" or "DBMS_LOB.GETLENGTH" when values.Count == 1:
                return Length(call, values[0]);
            case "SYS_CONTEXT" or "USERENV":
                return Context(call, values);
            case "SYS_EXTRACT_UTC" when values.Count == 1:
                return new TypedSql($"o_utc({Conversions.To(values[0], OracleType.TimestampTz, call.Start).Text})", OracleType.Timestamp);
            case "FROM_TZ" when values.Count == 2:
                return new TypedSql($"o_from_tz({Conversions.To(values[0], OracleType.Timestamp, call.Start).Text}, {Conversions.ToText(values[1], call.Start).Text})", OracleType.TimestampTz with { Scale = 9 });
            case "DUMP" when values.Count is 1 or 2:
                return new TypedSql($"o_dump({values[0].Text}, {DumpCode(values[0].Type)}, {(values.Count == 2 ? Conversions.ToNumber(values[1], call.Start).Text : "NULL")})", OracleType.Text);
            case "STANDARD_HASH" when values.Count is 1 or 2:
                return new TypedSql($"o_hash({values[0].Text}, {(values.Count == 2 ? Conversions.ToText(values[1], call.Start).Text : "'SHA1'")})", OracleType.Raw with { Size = 64 });
            case "REGEXP_SUBSTR" or "REGEXP_REPLACE" or "REGEXP_INSTR" or "REGEXP_COUNT" when values.Count >= 2:
                return Regexp(call, values);
            case "EMPTY_CLOB" when values.Count == 0:
                return new TypedSql("''", OracleType.Clob);
            case "EMPTY_BLOB" when values.Count == 0:
                return new TypedSql("X''", OracleType.Blob);
            case "DBMS_LOB.SUBSTR" when values.Count is >= 1 and <= 3 && values[0].Type.Kind is TypeKind.Blob or TypeKind.Raw:
                return new TypedSql($"o_blob_substr({values[0].Text}, {Number(1, LongestRaw)}, {Number(2, 1)})", OracleType.Raw);
            case "DBMS_LOB.SUBSTR":
                return SimpleCall(call, Functions.LobSubstring, scope);
            case "NVL" or "COALESCE" or "NULLIF" or "NVL2" or "GREATEST" or "LEAST" or "DECODE" or "ROUND" or "TRUNC" or "TO_CHAR" or "CONCAT" or "TRIM" or "ABS" or "FLOOR" or "CEIL" or "SIGN"
                or "MOD" or "TO_NUMBER" or "LENGTH" or "TO_CLOB" or "DUMP" or "REGEXP_SUBSTR" or "REGEXP_REPLACE" or "REGEXP_INSTR" or "REGEXP_COUNT":
                throw Functions.WrongArguments(call);
            default:
                throw OracleError.NoColumn($"\"{call.Name}\"", call.Start);
        }

        string Number(int argument, int otherwise) => argument < values.Count ? Conversions.ToNumber(values[argument], call.Start).Text : Literals.Number(otherwise).Text;
    }

    private TypedSql SimpleCall(CallExpr call, Functions.Simple simple, Scope scope)
    {
        var kinds = simple.Required + simple.Optional;
        if (call.Arguments.Count < simple.Required.Length || call.Arguments.Count > kinds.Length) throw Functions.WrongArguments(call);
        var values = call.Arguments.Select((a, i) => Functions.Argument(Value(a, scope), kinds[i], a.Start)).ToList();
        var result = simple.Result;
        if (result.Kind == TypeKind.Text && values.Count > 0 && values[0].Type.Kind == TypeKind.Clob) result = OracleType.Clob;
        else if (simple.KeepsSize && values[0].Type is { IsText: true, Size: > 0 } sized) result = OracleType.Text with { Size = Math.Min(sized.Size, LongestVarchar), Chars = Math.Min(sized.Chars, LongestVarchar) };
        if (call.Name.StartsWith("TO_", StringComparison.Ordinal) && call.Arguments.Count > 2) CheckLanguage(call.Arguments[2]);
        var texts = values.Take(call.Name.StartsWith("TO_", StringComparison.Ordinal) ? 2 : values.Count).Select(v => v.Text);
        return new TypedSql($"{simple.Target}({simple.Leading}{string.Join(", ", texts)})", result);
    }

    /// <summary>The first type, wide enough for values of the other where both are of one kind.</summary>
    private static OracleType Widened(OracleType first, OracleType other) => first.Kind == other.Kind ? OracleType.Common(first, other) : first;

    private static TypedSql Common(string function, List<TypedSql> values)
    {
        // The first argument's type decides unless it is NULL.
        var first = values[0].Type;
        var type = values.Skip(1).Aggregate(first, (t, v) => t.Kind != TypeKind.Null && !(t.IsText && v.Type.IsText) && !(t.IsNumeric && v.Type.IsNumeric) && !(t.IsInstant && v.Type.IsInstant) ? t : OracleType.Common(t, v.Type));
        return new TypedSql($"{function}({string.Join(", ", values.Select(v => Conversions.To(v, type).Text))})", type, NotNull: values.Any(v => v.NotNull));
    }

    private static TypedSql Extreme(CallExpr call, List<TypedSql> values)
    {
        // The first argument's type decides, numbers widen.
        var first = values[0].Type;
        var type = values.Aggregate(first, (t, v) => t.Kind == TypeKind.Null || t.IsNumeric == v.Type.IsNumeric && t.IsText == v.Type.IsText ? OracleType.Common(t, v.Type) : t);
        if (type.Kind == TypeKind.Char) type = type with { Kind = TypeKind.Text };
        // SQLite's max() of one argument is its aggregate, and of several it gives NULL when one is NULL, like Oracle's.
        if (values.Count == 1) return values[0];
        return new TypedSql($"{(call.Name == "GREATEST" ? "max" : "min")}({string.Join(", ", values.Select(v => Conversions.To(v, type, call.Start).Text))})", type);
    }

    private static TypedSql Decode(List<TypedSql> values, int position)
    {
        // The first search value decides what is compared, the first result what is returned, texts where that is NULL.
        var operand = values[0];
        var results = new List<TypedSql>();
        for (var i = 2; i < values.Count; i += 2) results.Add(values[i]);
        if (values.Count % 2 == 0) results.Add(values[^1]);
        var first = results[0].Type;
        var type = first.Kind == TypeKind.Null || first.IsText
            ? results.Where(r => r.Type.IsText).Aggregate(OracleType.Text with { Size = 40, Chars = 40 }, (t, v) => OracleType.Common(t, v.Type))
            : results.Where(r => r.Type.IsNumeric == first.IsNumeric && !r.Type.IsText).Aggregate(first, (t, v) => OracleType.Common(t, v.Type));
        var text = new System.Text.StringBuilder("CASE");
        for (var i = 1; i + 1 < values.Count; i += 2)
        {
            var (a, b) = Conversions.Comparable(operand, values[i], position);
            text.Append($" WHEN {a} IS {b} THEN {Conversions.To(values[i + 1], type, position).Text}"); // NULLs are equal in DECODE
        }
        if (values.Count % 2 == 0) text.Append($" ELSE {Conversions.To(values[^1], type, position).Text}");
        return new TypedSql(text.Append(" END").ToString(), type);
    }

    private static TypedSql Rounded(CallExpr call, List<TypedSql> values)
    {
        var operation = call.Name == "ROUND" ? "round" : "trunc";
        if (values[0].Type.IsInstant)
        {
            var format = values.Count == 2 ? Conversions.ToText(values[1]).Text : "'DD'";
            return new TypedSql($"o_{operation}_date({Conversions.ToInstant(values[0], OracleType.Date).Text}, {format})", OracleType.Date);
        }
        var digits = values.Count == 2 ? Conversions.ToNumber(values[1], call.Start).Text : Functions.Zero;
        if (values[0].Type.IsFloat) return new TypedSql($"o_float_{operation}({Conversions.ToDouble(values[0]).Text}, {digits})", OracleType.BinaryDouble);
        return new TypedSql($"o_{operation}({Conversions.ToNumber(values[0], call.Start).Text}, {digits})", OracleType.Number);
    }

    private static TypedSql ToChar(CallExpr call, List<TypedSql> values)
    {
        var value = values[0];
        if (value.Type.Kind == TypeKind.Clob) return new TypedSql($"o_clob_to_text({value.Text})", OracleType.Text);
        if (values.Count == 1) return Conversions.ToText(value, call.Start);
        var format = Conversions.ToText(values[1], call.Start).Text;
        var type = OracleType.Text with { Size = 200, Chars = 200 };
        if (value.Type.IsInstant && values.Count == 3) CheckLanguage(call.Arguments[2]);
        if (value.Type.Kind == TypeKind.TimestampLtz) value = Conversions.ToInstant(value, OracleType.TimestampTz with { Scale = value.Type.Scale });
        if (value.Type.IsZoned) return new TypedSql($"o_format_zoned({value.Text}, {format}, {value.Type.Scale})", type);
        if (value.Type.Kind == TypeKind.Date) return new TypedSql($"o_format_date({value.Text}, {format})", type);
        if (value.Type.IsInstant) return new TypedSql($"o_format_timestamp({value.Text}, {format}, {value.Type.Scale})", type);
        if (value.Type.IsInterval) return Conversions.ToText(value, call.Start);
        var nls = values.Count == 3 ? $", {Conversions.ToText(values[2], call.Start).Text}" : "";
        return new TypedSql($"o_format_number({Conversions.ToNumber(value, call.Start).Text}, {format}{nls})", type);
    }

    /// <summary>The third argument of TO_CHAR, TO_DATE and their like of instants names the language, of which there is one.</summary>
    private static void CheckLanguage(Expr nls)
    {
        if (nls is not TextLiteral literal || literal.Text.Split('=') is not [var name, var language] || !name.Trim().Equals("NLS_DATE_LANGUAGE", StringComparison.OrdinalIgnoreCase)
            || language.Trim().Trim('\'').ToUpperInvariant() is not ("AMERICAN" or "ENGLISH"))
            throw OracleError.Unsupported("NLS parameters other than NLS_DATE_LANGUAGE = AMERICAN", nls.Start);
    }

    private static TypedSql Trim(CallExpr call, List<TypedSql> values)
    {
        if (values.Count == 1) return new TypedSql($"o_trim({Conversions.ToText(values[0]).Text}, ' ', 'BOTH')", values[0].Type.IsText ? OracleType.Text with { Size = values[0].Type.Size, Chars = values[0].Type.Chars } : OracleType.Text);
        var side = values.Count == 3 ? values[0].Text : "'BOTH'";
        return new TypedSql($"o_trim({Conversions.ToText(values[^1], call.Start).Text}, {Conversions.ToText(values[^2], call.Start).Text}, {side})", OracleType.Text);
    }

    private static TypedSql Length(CallExpr call, TypedSql value)
    {
        if (call.Name == "VSIZE" || value.Type.Kind == TypeKind.Blob) return new TypedSql($"o_lengthb({value.Text})", OracleType.Number);
        return new TypedSql($"{(call.Name == "LENGTHB" ? "o_lengthb" : "o_length")}({Conversions.ToText(value, call.Start).Text})", OracleType.Number);
    }

    private static TypedSql Context(CallExpr call, List<TypedSql> values)
    {
        if (call.Name == "USERENV") values.Insert(0, Literals.Text("USERENV"));
        if (values.Count is not (2 or 3)) throw Functions.WrongArguments(call);
        return new TypedSql($"o_sys_context({Conversions.ToText(values[0], call.Start).Text}, {Conversions.ToText(values[1], call.Start).Text})", OracleType.Text with { Size = 256, Chars = 256 });
    }

    private static int DumpCode(OracleType type) => type.Kind switch
    {
        TypeKind.Number => 2,
        TypeKind.Char or TypeKind.Null => 96,
        TypeKind.Date => 12,
        TypeKind.Timestamp => 180,
        TypeKind.TimestampTz => 181,
        TypeKind.TimestampLtz => 231,
        TypeKind.Raw => 23,
        TypeKind.BinaryFloat => 100,
        TypeKind.BinaryDouble => 101,
        TypeKind.Interval => 183,
        TypeKind.IntervalYm => 182,
        _ => 1,
    };

    private static TypedSql Regexp(CallExpr call, List<TypedSql> values)
    {
        // Text, pattern, then what each takes: n number, t text.
        var (kinds, type) = call.Name switch
        {
            "REGEXP_COUNT" => ("nt", OracleType.Number),
            "REGEXP_SUBSTR" => ("nntn", OracleType.Text),
            "REGEXP_INSTR" => ("nnntn", OracleType.Number),
            _ => ("tnnt", OracleType.Text),
        };
        if (values.Count > kinds.Length + 2) throw Functions.WrongArguments(call);
        var arguments = new List<string> { Conversions.ToText(values[0], call.Start).Text, Conversions.ToText(values[1], call.Start).Text };
        for (var i = 0; i < kinds.Length; i++) arguments.Add(i + 2 < values.Count ? Functions.Argument(values[i + 2], kinds[i], call.Start).Text : "NULL");
        return new TypedSql($"o_{call.Name.ToLowerInvariant()}({string.Join(", ", arguments)})", type);
    }
}
