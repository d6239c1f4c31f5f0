using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Temporary tables: each session sees its own rows, and they go at the commit or with it.</summary>
internal sealed partial class DatabaseSession
{
    private readonly string _name = Guid.NewGuid().ToString("N");
    private readonly HashSet<string> _temporaryTables = new(StringComparer.Ordinal);

    /// <summary>Before a commit: deletes the rows that shall not outlive it.</summary>
    private void ForgetTemporaryRows(Transaction transaction)
    {
        foreach (var table in database.Catalog.Tables.Values.Where(t => t.Temporary != null && transaction.Uses(t)))
        {
            transaction.Connection.Handle.Observe(null);
            if (table.Temporary == TemporaryRowsEnd.Commit) DeleteOwn(transaction.Connection, table.Name);
            else _temporaryTables.Add(table.Name);
        }
    }

    /// <summary>At the end of the session: deletes the rows that it leaves in temporary tables.</summary>
    private void EndTemporaryRows()
    {
        if (_temporaryTables.Count == 0) return;
        Enter(lockWait, OracleError.Busy(), mayEnd: false);
        try
        {
            _transaction!.Connection.Handle.Observe(null);
            foreach (var table in _temporaryTables.Where(database.Catalog.Tables.ContainsKey)) DeleteOwn(_transaction.Connection, table);
            _transaction.Commit();
        }
        finally
        {
            End();
        }
    }

    private static void DeleteOwn(SessionConnection connection, string table) =>
        connection.Handle.Execute($"DELETE FROM {Literals.Name(table)} WHERE {Literals.Name(Table.SessionColumn)} = o_session()");
}
