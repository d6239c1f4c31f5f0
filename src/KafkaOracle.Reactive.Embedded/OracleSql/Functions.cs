using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Names that need no parentheses, and the functions that are one call of a SQLite function after converting the arguments.</summary>
internal static class Functions
{
    /// <summary>What an argument is converted to: n number, t text, d DATE, a any type as it is.</summary>
    internal sealed record Simple(string Target, string Required, string Optional, OracleType Result)
    {
        /// <summary>Whether the result is no longer than the first argument.</summary>
        public bool KeepsSize { get; init; }

        /// <summary>Arguments of the SQLite function before the call's own.</summary>
        public string Leading { get; init; } = "";
    }

    private static readonly OracleType Number = OracleType.Number;
    private static readonly OracleType Text = OracleType.Text;

    public static readonly Dictionary<string, Simple> Table = new(StringComparer.Ordinal)
    {
        ["REMAINDER"] = new("o_remainder", "nn", "", Number),
        ["WIDTH_BUCKET"] = new("o_width_bucket", "nnnn", "", Number),
        ["SOUNDEX"] = new("o_soundex", "t", "", Text),
        ["UNISTR"] = new("o_unistr", "t", "", Text),
        ["ASCIISTR"] = new("o_asciistr", "t", "", Text),
        ["DBMS_LOB.INSTR"] = new("o_instr", "tt", "nn", Number),
        ["BITAND"] = new("o_bitand", "nn", "", Number),
        ["LOG"] = new("o_log", "nn", "", Number),
        ["ATAN2"] = new("o_atan2", "nn", "", Number),
        ["SIN"] = new("o_real", "n", "", Number) { Leading = "'SIN', " },
        ["COS"] = new("o_real", "n", "", Number) { Leading = "'COS', " },
        ["TAN"] = new("o_real", "n", "", Number) { Leading = "'TAN', " },
        ["ASIN"] = new("o_real", "n", "", Number) { Leading = "'ASIN', " },
        ["ACOS"] = new("o_real", "n", "", Number) { Leading = "'ACOS', " },
        ["ATAN"] = new("o_real", "n", "", Number) { Leading = "'ATAN', " },
        ["SINH"] = new("o_real", "n", "", Number) { Leading = "'SINH', " },
        ["COSH"] = new("o_real", "n", "", Number) { Leading = "'COSH', " },
        ["TANH"] = new("o_real", "n", "", Number) { Leading = "'TANH', " },
        ["POWER"] = new("o_power", "nn", "", Number),
        ["SQRT"] = new("o_sqrt", "n", "", Number),
        ["EXP"] = new("o_exp", "n", "", Number),
        ["LN"] = new("o_ln", "n", "", Number),
        ["INSTR"] = new("o_instr", "tt", "nn", Number),
        ["ASCII"] = new("o_ascii", "t", "", Number),
        ["UPPER"] = new("o_upper", "t", "", Text) { KeepsSize = true },
        ["LOWER"] = new("o_lower", "t", "", Text) { KeepsSize = true },
        ["INITCAP"] = new("o_initcap", "t", "", Text) { KeepsSize = true },
        ["SUBSTR"] = new("o_substr", "tn", "n", Text) { KeepsSize = true },
        ["SUBSTRB"] = new("o_substrb", "tn", "n", Text) { KeepsSize = true },
        ["DBMS_ASSERT.SIMPLE_SQL_NAME"] = new("o_simple_sql_name", "t", "", Text) { KeepsSize = true },
        ["DBMS_ASSERT.NOOP"] = new("o_noop", "t", "", Text) { KeepsSize = true },
        ["DBMS_ASSERT.ENQUOTE_LITERAL"] = new("o_enquote_literal", "t", "", Text),
        ["REPLACE"] = new("o_replace", "tt", "t", Text),
        ["TRANSLATE"] = new("o_translate", "ttt", "", Text),
        ["LTRIM"] = new("o_ltrim", "t", "t", Text) { KeepsSize = true },
        ["RTRIM"] = new("o_rtrim", "t", "t", Text) { KeepsSize = true },
        ["LPAD"] = new("o_lpad", "tn", "t", Text),
        ["RPAD"] = new("o_rpad", "tn", "t", Text),
        ["CHR"] = new("o_chr", "n", "", Text),
        ["RAWTOHEX"] = new("o_rawtohex", "a", "", Text),
        ["HEXTORAW"] = new("o_hextoraw", "t", "", OracleType.Raw),
        ["ROWIDTOCHAR"] = new("o_chartorowid", "t", "", Text),
        ["CHARTOROWID"] = new("o_chartorowid", "t", "", OracleType.RowId),
        ["SYS_GUID"] = new("o_guid", "", "", OracleType.Raw with { Size = 16 }),
        ["ADD_MONTHS"] = new("o_add_months", "dn", "", OracleType.Date),
        ["LAST_DAY"] = new("o_last_day", "d", "", OracleType.Date),
        ["NEXT_DAY"] = new("o_next_day", "dt", "", OracleType.Date),
        ["MONTHS_BETWEEN"] = new("o_months_between", "dd", "", Number),
        ["TO_DATE"] = new("o_text_to_date", "t", "tt", OracleType.Date),
        ["TO_TIMESTAMP"] = new("o_text_to_timestamp", "t", "tt", OracleType.Timestamp with { Scale = 9 }),
        ["TO_TIMESTAMP_TZ"] = new("o_text_to_zoned", "t", "tt", OracleType.TimestampTz with { Scale = 9 }),
        ["TO_DSINTERVAL"] = new("o_text_to_interval", "t", "", OracleType.Interval with { Precision = 9, Scale = 9 }),
        ["TO_YMINTERVAL"] = new("o_text_to_months", "t", "", OracleType.IntervalYm with { Precision = 9 }),
        ["NUMTODSINTERVAL"] = new("o_to_interval", "nt", "", OracleType.Interval with { Precision = 9, Scale = 9 }),
        ["NUMTOYMINTERVAL"] = new("o_to_months", "nt", "", OracleType.IntervalYm with { Precision = 9 }),
    };

    public static Simple LobSubstring { get; } = new("o_lob_substr", "t", "nn", Text);

    public static TypedSql? Pseudocolumn(string name, Catalog catalog) => name switch
    {
        "SYSDATE" => new TypedSql("o_sysdate()", OracleType.Date, NotNull: true),
        "CURRENT_DATE" => new TypedSql("o_current_date()", OracleType.Date, NotNull: true),
        "SYSTIMESTAMP" => new TypedSql("o_systimestamp()", OracleType.TimestampTz, NotNull: true),
        "CURRENT_TIMESTAMP" => new TypedSql("o_current_timestamp()", OracleType.TimestampTz, NotNull: true),
        "LOCALTIMESTAMP" => new TypedSql("o_localtimestamp()", OracleType.Timestamp, NotNull: true),
        "USER" => Literals.Text(catalog.Schema),
        "UID" => Literals.Number(100),
        "SESSIONTIMEZONE" => new TypedSql("o_session_time_zone()", OracleType.Text with { Size = 75, Chars = 75 }, NotNull: true),
        "DBTIMEZONE" => Literals.Text("+00:00"),
        "BINARY_DOUBLE_NAN" => Literals.Double(double.NaN),
        "BINARY_DOUBLE_INFINITY" => Literals.Double(double.PositiveInfinity),
        "BINARY_FLOAT_NAN" => Literals.Single(float.NaN),
        "BINARY_FLOAT_INFINITY" => Literals.Single(float.PositiveInfinity),
        _ => null,
    };

    public static TypedSql Argument(TypedSql value, char kind, int position) => kind switch
    {
        'n' => Conversions.ToNumber(value, position),
        't' => Conversions.ToText(value, position),
        'd' => Conversions.To(value, OracleType.Date, position),
        _ => value,
    };

    public static OracleError WrongArguments(CallExpr call) => new(909, "invalid number of arguments", call.Start);

    public static TypedSql FromInteger(string text) => new($"o_from_integer({text})", OracleType.Integer, NotNull: true);

    public static string Zero { get; } = Literals.Bytes(OracleNumber.Zero.Encode());
}
