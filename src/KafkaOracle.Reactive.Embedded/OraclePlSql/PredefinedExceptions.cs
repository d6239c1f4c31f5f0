using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Exceptions that blocks know without a declaration (PL/SQL Language Reference, Predefined Exceptions).</summary>
internal static class PredefinedExceptions
{
    private static readonly Dictionary<string, (int Code, string Text)> Table = new(StringComparer.Ordinal)
    {
        ["ACCESS_INTO_NULL"] = (6530, "Reference to uninitialized composite"),
        ["CASE_NOT_FOUND"] = (6592, "CASE not found while executing CASE statement"),
        ["CURSOR_ALREADY_OPEN"] = (6511, "PL/SQL: cursor already open"),
        ["DUP_VAL_ON_INDEX"] = (1, "unique constraint (.) violated"),
        ["INVALID_CURSOR"] = (1001, "invalid cursor"),
        ["INVALID_NUMBER"] = (1722, "invalid number"),
        ["LOGIN_DENIED"] = (1017, "invalid username/password; logon denied"),
        ["NO_DATA_FOUND"] = (1403, "no data found"),
        ["NOT_LOGGED_ON"] = (1012, "not logged on"),
        ["PROGRAM_ERROR"] = (6501, "PL/SQL: program error"),
        ["ROWTYPE_MISMATCH"] = (6504, "PL/SQL: Return types of Result Set variables or query do not match"),
        ["STORAGE_ERROR"] = (6500, "PL/SQL: storage error"),
        ["SYS_INVALID_ROWID"] = (1410, "invalid ROWID"),
        ["TIMEOUT_ON_RESOURCE"] = (51, "timeout occurred while waiting for a resource"),
        ["TOO_MANY_ROWS"] = (1422, "exact fetch returns more than requested number of rows"),
        ["VALUE_ERROR"] = (6502, "PL/SQL: numeric or value error"),
        ["ZERO_DIVIDE"] = (1476, "divisor is equal to zero"),
    };

    public static int? Code(string name) => Table.TryGetValue(name, out var found) ? found.Code : null;

    public static OracleError Error(string name) => new(Table[name].Code, Table[name].Text);
}
