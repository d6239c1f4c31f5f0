using KafkaOracle.Reactive.Embedded.OracleSql;
using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What Oracle says where SQLite failed.</summary>
internal static class ErrorMapping
{
    public static OracleError Map(SqliteFailure failure, string schema, DmlPlan? plan)
    {
        if (OracleError.FromText(failure.Message) is { } own) return own;
        switch (failure.Code)
        {
            case raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY when plan != null:
                return new OracleError(1, $"unique constraint ({schema}.{plan.Table.UniqueNameOver(Columns(failure.Message, plan.Table.Name))}) violated");
            case raw.SQLITE_CONSTRAINT_NOTNULL when plan != null:
                var column = $"(\"{schema}\".\"{plan.Table.Name}\".\"{Columns(failure.Message, plan.Table.Name)[0]}\")";
                return plan.IsUpdate ? new OracleError(1407, $"cannot update {column} to NULL") : new OracleError(1400, $"cannot insert NULL into {column}");
            case raw.SQLITE_CONSTRAINT_CHECK:
                return new OracleError(2290, $"check constraint ({schema}.{Detail(failure.Message)}) violated");
            case raw.SQLITE_INTERRUPT:
                return OracleError.Cancelled();
            case raw.SQLITE_FULL or raw.SQLITE_IOERR:
                return new OracleError(1653, "unable to extend table");
            case raw.SQLITE_TOOBIG:
                return new OracleError(1489, "result of string concatenation is too long");
            default:
                return new OracleError(600, $"internal error code, arguments: [SQLite {failure.Code}], [{failure.Message}]");
        }
    }

    private static string Detail(string message) => message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    private static List<string> Columns(string message, string table)
    {
        var prefix = table + ".";
        return [.. Detail(message).Split(", ").Select(c => c.StartsWith(prefix, StringComparison.Ordinal) ? c[prefix.Length..] : c)];
    }
}
