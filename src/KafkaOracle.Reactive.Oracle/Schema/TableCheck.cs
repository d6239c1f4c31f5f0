using System.Globalization;
using Microsoft.Extensions.Logging;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Holds the row types against the tables that are there, before anything is written; creates those that are missing.</summary>
internal static class TableCheck
{
    /// <param name="connection">Not in a transaction: DDL commits.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="options">Whether tables and columns that are missing are created.</param>
    /// <param name="logger">Told of what was.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="OracleStoreException">Tables do not fit, or are missing and may not be created: all of them in one message.</exception>
    public static async Task EnsureAsync(OracleConnection connection, IReadOnlyList<OracleTable> tables, OracleStoreOptions options, ILogger logger, CancellationToken stop)
    {
        var faults = new List<string>();
        var missing = new List<OracleTable>();
        var added = new List<(OracleTable Table, OracleColumn Column)>();
        foreach (var table in tables)
        {
            var columns = await ColumnsAsync(connection, table.Name, stop);
            if (columns.Count == 0)
            {
                missing.Add(table);
                continue;
            }
            var lacking = table.Columns.Where(c => options.AddMissingColumns && !c.IsMatched && !columns.Exists(e => e.Name == c.Name)).ToArray();
            added.AddRange(lacking.Select(c => (table, c)));
            faults.AddRange(Differences(table, [.. table.Columns.Except(lacking)], columns, await KeysAsync(connection, table.Name, stop)));
        }
        if (!options.CreateTables) faults.AddRange(missing.Select(t => $"Table {t.Name} is missing. Create it: {CreateSql(t)}"));
        if (faults.Count > 0)
            throw new OracleStoreException($"The tables do not fit the rows. Nothing was written.{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", faults)}");
        string[] statements = [.. missing.Select(CreateSql), .. added.Select(a => ColumnCheck.AddSql(a.Table, a.Column))];
        for (var i = 0; i < statements.Length; i++)
        {
            var isTable = i < missing.Count;
            var what = isTable ? $"Table {missing[i].Name}" : $"Column {added[i - missing.Count].Table.Name}.{added[i - missing.Count].Column.Name}";
            await ChangeAsync(connection, what, statements[i], statements[i..], isTable ? OracleErrorPolicy.NameTaken : OracleErrorPolicy.ColumnTaken, options.Policy, logger, stop);
        }
    }

    public static string CreateSql(OracleTable table)
    {
        var columns = table.Columns.Select(c => $"{OracleName.Quoted(c.Name)} {c.Type.Ddl}{(c.IsNullable ? "" : " NOT NULL")}{(c.Type.IsJson ? $" CHECK ({OracleName.Quoted(c.Name)} IS JSON)" : "")}");
        var keys = table.Columns.Where(c => c.IsKey).Select(c => OracleName.Quoted(c.Name)).ToArray();
        var name = table.Name.Length <= OracleName.MaxBytes - 3 ? table.Name : table.Name[..(OracleName.MaxBytes - 3)];
        var primary = keys.Length == 0 ? "" : $", CONSTRAINT {OracleName.Quoted(name + "_PK")} PRIMARY KEY ({string.Join(", ", keys)})";
        return $"CREATE TABLE {OracleName.Quoted(table.Name)} ({string.Join(", ", columns)}{primary})";
    }

    private static async Task ChangeAsync(OracleConnection connection, string what, string sql, IEnumerable<string> left, int taken, OracleErrorPolicy policy, ILogger logger, CancellationToken stop)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(stop);
            Log.Created(logger, what);
        }
        catch (OracleException fault) when (fault.Number == taken)
        {
            // Another process that starts at the same time was faster.
        }
        catch (OracleException fault)
        {
            throw new OracleStoreException(
                $"{what} is missing and could not be created: {fault.Message.Trim()} Let somebody with the right to do so run:{Environment.NewLine}  "
                + string.Join(Environment.NewLine + "  ", left.Select(s => s + ";")), fault, fault.Number, policy.KindOf(fault));
        }
    }

    private static async Task<List<ExistingColumn>> ColumnsAsync(OracleConnection connection, string table, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.InitialLONGFetchSize = -1;                      // DATA_DEFAULT is a LONG
        command.CommandText = "SELECT COLUMN_NAME, DATA_TYPE, DATA_LENGTH, CHAR_LENGTH, DATA_PRECISION, DATA_SCALE, NULLABLE, DATA_DEFAULT, CHAR_USED FROM USER_TAB_COLUMNS WHERE TABLE_NAME = :1 ORDER BY COLUMN_ID";
        command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = table });
        var columns = new List<ExistingColumn>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var type = reader.GetString(1);
            var length = Number(reader, 3) is > 0 and { } characters ? characters : Number(reader, 2) ?? 0;
            columns.Add(new(reader.GetString(0), type, length, !reader.IsDBNull(8) && reader.GetString(8) == "B", Number(reader, 4), Number(reader, 5), reader.GetString(6) == "Y", !reader.IsDBNull(7)));
        }
        return columns;
    }

    private static int? Number(OracleDataReader reader, int column) => reader.IsDBNull(column) ? null : Convert.ToInt32(reader.GetValue(column), CultureInfo.InvariantCulture);

    private static async Task<List<HashSet<string>>> KeysAsync(OracleConnection connection, string table, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT c.CONSTRAINT_NAME, k.COLUMN_NAME FROM USER_CONSTRAINTS c JOIN USER_CONS_COLUMNS k ON k.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE c.TABLE_NAME = :1 AND c.CONSTRAINT_TYPE IN ('P', 'U') AND c.STATUS = 'ENABLED'";
        command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = table });
        var keys = new Dictionary<string, HashSet<string>>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            if (!keys.TryGetValue(reader.GetString(0), out var columns)) keys[reader.GetString(0)] = columns = [];
            columns.Add(reader.GetString(1));
        }
        return [.. keys.Values];
    }

    private static IEnumerable<string> Differences(OracleTable table, OracleColumn[] columns, List<ExistingColumn> existing, List<HashSet<string>> keys)
    {
        foreach (var column in columns)
            foreach (var difference in ColumnCheck.Differences(table, column, existing.Find(e => e.Name == column.Name))) yield return difference;
        var alter = $"ALTER TABLE {OracleName.Quoted(table.Name)}";
        foreach (var extra in existing.Where(e => !e.IsNullable && !e.HasDefault && !table.Columns.Any(c => c.Name == e.Name)))
            yield return $"{table.Name}.{extra.Name} is NOT NULL and the rows do not have it: {alter} MODIFY {OracleName.Quoted(extra.Name)} NULL";
        var key = table.Columns.Where(c => c.IsKey).Select(c => c.Name).ToArray();
        if (key.Length > 0 && !keys.Exists(k => k.SetEquals(key)))
            yield return $"{table.Name} has no unique constraint on its key, so two rows of one key could get in: {alter} ADD UNIQUE ({string.Join(", ", key.Select(OracleName.Quoted))})";
    }
}
