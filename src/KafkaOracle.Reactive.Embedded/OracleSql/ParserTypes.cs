namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Data types as columns and CAST name them.</summary>
internal sealed partial class Parser
{
    private const int LongestVarchar = 32767;
    private const int LongestChar = 2000;

    private OracleType DataType()
    {
        var start = Current.Start;
        var name = Advance().Text;
        switch (name)
        {
            case "NUMBER":
                return NumberType();
            case "NUMERIC" or "DECIMAL" or "DEC":
                return Current.Is("(") ? NumberType() : new OracleType(TypeKind.Number, 38, 0, 22);
            case "INTEGER" or "INT" or "SMALLINT":
                return new OracleType(TypeKind.Number, 38, 0, 22);
            case "FLOAT":
                var binary = Arguments() is [var b] ? b : 126;
                return binary is >= 1 and <= 126 ? new OracleType(TypeKind.Number, binary, OracleType.NoScale, 22) : throw new OracleError(1727, "numeric precision specifier is out of range (1 to 38)", start);
            case "REAL":
                return new OracleType(TypeKind.Number, 63, OracleType.NoScale, 22);
            case "DOUBLE":
                Expect("PRECISION");
                return new OracleType(TypeKind.Number, 126, OracleType.NoScale, 22);
            case "VARCHAR2" or "VARCHAR" or "NVARCHAR2":
                return TextType(TypeKind.Text, name[0] == 'N', start);
            case "CHAR" or "CHARACTER" or "NCHAR":
                return TextType(TypeKind.Char, name[0] == 'N', start);
            case "RAW":
                var size = Arguments() is [var bytes] ? bytes : throw OracleError.Missing("(", Current.Start);
                return size is > 0 and <= LongestVarchar ? new OracleType(TypeKind.Raw, Size: size) : throw new OracleError(size < 1 ? 1723 : 910, size < 1 ? "zero-length columns are not allowed" : "specified length too long for its datatype", start);
            case "DATE":
                return OracleType.Date;
            case "TIMESTAMP":
                var digits = Arguments() is [var n] ? n : 6;
                if (digits > 9) throw new OracleError(30088, "datetime/interval precision is out of range", start);
                if (!Accept("WITH")) return OracleType.Timestamp with { Scale = digits };
                var local = Accept("LOCAL");
                Expect("TIME");
                Expect("ZONE");
                return (local ? OracleType.TimestampLtz : OracleType.TimestampTz) with { Scale = digits };
            case "BINARY_DOUBLE":
                return OracleType.BinaryDouble;
            case "BINARY_FLOAT":
                return OracleType.BinaryFloat;
            case "INTERVAL":
                return IntervalType(start);
            case "LONG":
                return Accept("RAW") ? throw OracleError.Unsupported("LONG RAW", start) : throw OracleError.Unsupported("LONG", start);
            case "CLOB":
                return OracleType.Clob;
            case "NCLOB":
                return OracleType.Clob with { IsNational = true };
            case "BLOB":
                return OracleType.Blob;
            default:
                throw new OracleError(902, $"invalid datatype: the embedded server does not support {name}", start);
        }
    }

    private OracleType NumberType()
    {
        if (!Current.Is("(")) return OracleType.Number;
        Advance();
        var start = Current.Start;
        var precision = Accept("*") ? 38 : Integer();
        var scale = 0;
        if (Accept(",")) scale = Accept("-") ? -Integer() : Integer();
        Expect(")");
        if (precision is < 1 or > 38) throw new OracleError(1727, "numeric precision specifier is out of range (1 to 38)", start);
        if (scale is < -84 or > 127) throw new OracleError(1728, "numeric scale specifier is out of range (-84 to 127)", start);
        return new OracleType(TypeKind.Number, precision, scale, 22);
    }

    private OracleType TextType(TypeKind kind, bool national, int start)
    {
        if (!Current.Is("("))
            return kind == TypeKind.Char ? new OracleType(kind, Size: national ? 2 : 1, Chars: 1, IsNational: national) : throw OracleError.Missing("(", Current.Start);
        Advance();
        var length = Integer();
        var chars = Accept("CHAR");
        if (!chars) Accept("BYTE");
        Expect(")");
        if (length < 1) throw new OracleError(1723, "zero-length columns are not allowed", start);
        if (length > (kind == TypeKind.Char ? LongestChar : LongestVarchar)) throw new OracleError(910, "specified length too long for its datatype", start);
        if (national) return new OracleType(kind, Size: length * 2, Chars: length, InChars: true, IsNational: true);
        return new OracleType(kind, Size: chars ? Math.Min(length * 4, LongestVarchar) : length, Chars: length, InChars: chars);
    }

    private OracleType IntervalType(int start)
    {
        var years = Accept("YEAR");
        if (!years) Expect("DAY");
        var leading = Arguments() is [var digits] ? digits : 2;
        Expect("TO");
        Expect(years ? "MONTH" : "SECOND");
        var scale = !years && Arguments() is [var fraction] ? fraction : 6;
        if (leading > 9 || scale > 9) throw new OracleError(30088, "datetime/interval precision is out of range", start);
        return years ? OracleType.IntervalYm with { Precision = leading } : OracleType.Interval with { Precision = leading, Scale = scale };
    }

    private List<int> Arguments()
    {
        if (!Accept("(")) return [];
        var values = List(Integer);
        Expect(")");
        return values;
    }
}
