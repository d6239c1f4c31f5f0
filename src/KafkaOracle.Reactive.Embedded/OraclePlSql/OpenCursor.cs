using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>An open cursor of a block: its query, its rows, and the row that was fetched last.</summary>
internal sealed class OpenCursor(SelectStatement statement, QueryResult result) : IDisposable
{
    public SelectStatement Statement => statement;

    public QueryResult Result => result;

    public byte[]?[] Row { get; } = new byte[]?[result.Columns.Count];

    public bool IsClosed { get; private set; }

    /// <summary>Goes to the next row. False, with the last row kept, when there are no more.</summary>
    public bool Next()
    {
        if (!result.Read()) return false;
        for (var i = 0; i < Row.Length; i++) Row[i] = result.Next(out var value) ? value.ToArray() : null;
        // Behind the values a locked row has its number.
        if (result.LockedTable != null) result.Next(out _);
        return true;
    }

    public void Dispose()
    {
        IsClosed = true;
        result.Dispose();
    }
}
