using KafkaOracle.Reactive.Embedded.OracleSql;
using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What Oracle says where SQLite failed.</summary>
internal static class ErrorMapping
{
    /// <param name="failure">What SQLite said.</param>
    /// <param name="schema">The schema that names are qualified with.</param>
    /// <param name="table">The table that was being changed, if one was.</param>
    /// <param name="isUpdate">Whether by an UPDATE.</param>
    public static OracleError Map(SqliteFailure failure, string schema, Table? table, bool isUpdate = false)
    {
        if (OracleError.FromText(failure.Message) is { } own) return own;
        switch (failure.Code)
        {
            case raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY when table != null:
                return new OracleError(1, $"unique constraint ({schema}.{UniqueName(failure.Message, table)}) violated");
            case raw.SQLITE_CONSTRAINT_NOTNULL when table != null:
                var column = $"(\"{schema}\".\"{table.Name}\".\"{Columns(failure.Message, table.Name)[0]}\")";
                return isUpdate ? new OracleError(1407, $"cannot update {column} to NULL") : new OracleError(1400, $"cannot insert NULL into {column}");
            case raw.SQLITE_CONSTRAINT_CHECK:
                return new OracleError(2290, $"check constraint ({schema}.{Detail(failure.Message)}) violated");
            case raw.SQLITE_INTERRUPT:
                return OracleError.Cancelled();
            case raw.SQLITE_FULL or raw.SQLITE_IOERR:
                return new OracleError(1653, "unable to extend table");
            case raw.SQLITE_ERROR when IsTooLarge(failure.Message):
                return OracleError.Unsupported("a statement this large or deep");
            case raw.SQLITE_TOOBIG:
                return new OracleError(1489, "result of string concatenation is too long");
            default:
                return new OracleError(600, $"internal error code, arguments: [SQLite {failure.Code}], [{failure.Message}]");
        }
    }

    /// <summary>Limits of SQLite's that a statement may reach.</summary>
    private static bool IsTooLarge(string message) =>
        message.Contains("too large", StringComparison.Ordinal) || message.Contains("too many", StringComparison.Ordinal)
        || message.Contains("stack overflow", StringComparison.Ordinal) || message.Contains("Recursion limit", StringComparison.Ordinal) || message.Contains("at most 64 tables", StringComparison.Ordinal);

    /// <summary>An index over expressions is named itself: it is the one that compares keys with NULLs in them.</summary>
    private static string UniqueName(string message, Table table)
    {
        var detail = Detail(message);
        const string Index = "index '" + TableIndexes.NullsPrefix;
        return detail.StartsWith(Index, StringComparison.Ordinal) ? detail[Index.Length..^1] : table.UniqueNameOver(Columns(message, table.Name));
    }

    private static string Detail(string message) => message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    private static List<string> Columns(string message, string table)
    {
        var prefix = table + ".";
        return [.. Detail(message).Split(", ").Select(c => c.StartsWith(prefix, StringComparison.Ordinal) ? c[prefix.Length..] : c).Where(c => c != Table.SessionColumn)];
    }
}
