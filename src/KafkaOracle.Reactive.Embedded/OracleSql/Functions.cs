using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Names that need no parentheses, and the functions that are one call of a SQLite function after converting the arguments.</summary>
internal static class Functions
{
    /// <summary>What an argument is converted to: n number, t text, d DATE, a any type as it is.</summary>
    internal sealed record Simple(string Target, string Required, string Optional, OracleType Result);

    private static readonly OracleType Number = OracleType.Number;
    private static readonly OracleType Text = OracleType.Text;

    public static readonly Dictionary<string, Simple> Table = new(StringComparer.Ordinal)
    {
        ["ABS"] = new("o_abs", "n", "", Number),
        ["SIGN"] = new("o_sign", "n", "", Number),
        ["CEIL"] = new("o_ceil", "n", "", Number),
        ["FLOOR"] = new("o_floor", "n", "", Number),
        ["MOD"] = new("o_mod", "nn", "", Number),
        ["POWER"] = new("o_power", "nn", "", Number),
        ["SQRT"] = new("o_sqrt", "n", "", Number),
        ["EXP"] = new("o_exp", "n", "", Number),
        ["LN"] = new("o_ln", "n", "", Number),
        ["LENGTH"] = new("o_length", "t", "", Number),
        ["LENGTHB"] = new("o_lengthb", "t", "", Number),
        ["INSTR"] = new("o_instr", "tt", "nn", Number),
        ["ASCII"] = new("o_ascii", "t", "", Number),
        ["UPPER"] = new("o_upper", "t", "", Text),
        ["LOWER"] = new("o_lower", "t", "", Text),
        ["INITCAP"] = new("o_initcap", "t", "", Text),
        ["SUBSTR"] = new("o_substr", "tn", "n", Text),
        ["REPLACE"] = new("o_replace", "tt", "t", Text),
        ["TRANSLATE"] = new("o_translate", "ttt", "", Text),
        ["LTRIM"] = new("o_ltrim", "t", "t", Text),
        ["RTRIM"] = new("o_rtrim", "t", "t", Text),
        ["LPAD"] = new("o_lpad", "tn", "t", Text),
        ["RPAD"] = new("o_rpad", "tn", "t", Text),
        ["CHR"] = new("o_chr", "n", "", Text),
        ["RAWTOHEX"] = new("hex", "a", "", Text),
        ["HEXTORAW"] = new("o_hextoraw", "t", "", OracleType.Raw),
        ["SYS_GUID"] = new("o_guid", "", "", OracleType.Raw with { Size = 16 }),
        ["ADD_MONTHS"] = new("o_add_months", "dn", "", OracleType.Date),
        ["LAST_DAY"] = new("o_last_day", "d", "", OracleType.Date),
        ["TO_DATE"] = new("o_text_to_date", "t", "t", OracleType.Date),
        ["TO_TIMESTAMP"] = new("o_text_to_timestamp", "t", "t", OracleType.Timestamp with { Scale = 9 }),
        ["TO_TIMESTAMP_TZ"] = new("o_text_to_zoned", "t", "t", OracleType.TimestampTz with { Scale = 9 }),
        ["NUMTODSINTERVAL"] = new("o_to_interval", "nt", "", OracleType.Interval),
        ["TO_CLOB"] = new("ifnull", "tt", "", OracleType.Clob),
    };

    public static TypedSql? Pseudocolumn(string name, Catalog catalog) => name switch
    {
        "SYSDATE" or "CURRENT_DATE" => new TypedSql("o_sysdate()", OracleType.Date, NotNull: true),
        "SYSTIMESTAMP" or "CURRENT_TIMESTAMP" => new TypedSql("o_systimestamp()", OracleType.TimestampTz, NotNull: true),
        "LOCALTIMESTAMP" => new TypedSql("o_localtimestamp()", OracleType.Timestamp, NotNull: true),
        "USER" => Literals.Text(catalog.Schema),
        "UID" => Literals.Number(100),
        "ROWNUM" => new TypedSql("o_from_integer(row_number() OVER ())", OracleType.Number, NotNull: true),
        _ => null,
    };

    public static TypedSql? UserEnvironment(string parameter, Catalog catalog, string service) => parameter switch
    {
        "CURRENT_SCHEMA" or "CURRENT_USER" or "SESSION_USER" => Literals.Text(catalog.Schema),
        "DB_NAME" or "CON_NAME" or "SERVICE_NAME" or "INSTANCE_NAME" => Literals.Text(service),
        "SID" or "SESSIONID" => new TypedSql("o_session()", OracleType.Text),
        "LANGUAGE" => Literals.Text("AMERICAN_AMERICA.AL32UTF8"),
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
