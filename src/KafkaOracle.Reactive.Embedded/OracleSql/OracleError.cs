namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>An error that the client shall see, with Oracle's code and text.</summary>
internal sealed class OracleError(int code, string text, int position = 0) : Exception($"ORA-{code:00000}: {text}")
{
    public int Code { get; } = code;

    /// <summary>Offset into the statement, 0 based.</summary>
    public int Position { get; } = position;

    /// <summary>The key of the exception that a block declared and raised; null for an error of the server's.</summary>
    public string? Exception { get; init; }

    /// <summary>The same error as a block ends with it that fails in that line.</summary>
    public OracleError WithLine(int line) => new(Code, $"{Message[11..]}\nORA-06512: at line {line}", Position);

    /// <summary>Whether it ends an array as a whole: a lock that was not to be had, a deadlock, a cancel, a transaction that cannot go on.</summary>
    public bool EndsCall => Code is 54 or 60 or 1013 or 8177 or 24761 or 30006;

    public static OracleError Unsupported(string what, int position = 0) =>
        new(900, $"invalid SQL statement: the embedded server does not support {what}", position);

    public static OracleError Missing(string what, int position) => what switch
    {
        "(" => new OracleError(906, "missing left parenthesis", position),
        ")" => new OracleError(907, "missing right parenthesis", position),
        "," => new OracleError(917, "missing comma", position),
        "FROM" => new OracleError(923, "FROM keyword not found where expected", position),
        "VALUES" => new OracleError(926, "missing VALUES keyword", position),
        "SET" => new OracleError(971, "missing SET keyword", position),
        "INTO" => new OracleError(925, "missing INTO keyword", position),
        "=" => new OracleError(927, "missing equal sign", position),
        _ => new OracleError(905, $"missing keyword ({what})", position),
    };

    public static OracleError NoTable(int position) => new(942, "table or view does not exist", position);

    public static OracleError NoColumn(string name, int position) => new(904, $"{name}: invalid identifier", position);

    public static OracleError InvalidNumber() => new(1722, "invalid number");

    public static OracleError Inconsistent(string expected, string got, int position = 0) =>
        new(932, $"inconsistent datatypes: expected {expected} got {got}", position);

    public static OracleError NotPrivileged() => new(1031, "insufficient privileges");

    public static OracleError Busy() => new(54, "resource busy and acquire with NOWAIT specified or timeout expired");

    public static OracleError Cancelled() => new(1013, "user requested cancel of current operation");

    /// <summary>Reads an error back out of the text that a SQLite function failed with.</summary>
    public static OracleError? FromText(string message)
    {
        if (!message.StartsWith("ORA-", StringComparison.Ordinal) || message.Length < 11) return null;
        return int.TryParse(message.AsSpan(4, 5), out var code) ? new OracleError(code, message[11..]) : null;
    }
}
