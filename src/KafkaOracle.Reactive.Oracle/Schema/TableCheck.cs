using System.Globalization;
using Microsoft.Extensions.Logging;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Holds the row types against the tables that are there, before anything is written; creates those that are missing.</summary>
internal static class TableCheck
{
    /// <exception cref="OracleStoreException">Tables do not fit, or are missing and may not be created: all of them in one message.</exception>
    public static async Task EnsureAsync(OracleConnection connection, IReadOnlyList<OracleTable> tables, OracleStoreOptions options, ILogger logger, CancellationToken stop)
    {
        var faults = new List<string>();
        var missing = new List<OracleTable>();
        foreach (var table in tables)
        {
            var columns = await ColumnsAsync(connection, table.Name, stop);
            if (columns.Count == 0) missing.Add(table);
            else faults.AddRange(Differences(table, columns, await KeysAsync(connection, table.Name, stop)));
        }
        if (!options.CreateTables) faults.AddRange(missing.Select(t => $"Table {t.Name} is missing. Create it: {CreateSql(t)}"));
        if (faults.Count > 0)
            throw new OracleStoreException($"The tables do not fit the rows. Nothing was written.{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", faults)}");
        for (var i = 0; i < missing.Count; i++) await CreateAsync(connection, missing[i], missing.Skip(i), options.Policy, logger, stop);
    }

    public static string CreateSql(OracleTable table)
    {
        var columns = table.Columns.Select(c => $"{OracleName.Quoted(c.Name)} {c.Type.Ddl}{(c.IsNullable ? "" : " NOT NULL")}");
        var keys = table.Columns.Where(c => c.IsKey).Select(c => OracleName.Quoted(c.Name)).ToArray();
        var name = table.Name.Length <= OracleName.MaxBytes - 3 ? table.Name : table.Name[..(OracleName.MaxBytes - 3)];
        var primary = keys.Length == 0 ? "" : $", CONSTRAINT {OracleName.Quoted(name + "_PK")} PRIMARY KEY ({string.Join(", ", keys)})";
        return $"CREATE TABLE {OracleName.Quoted(table.Name)} ({string.Join(", ", columns)}{primary})";
    }

    private static async Task CreateAsync(OracleConnection connection, OracleTable table, IEnumerable<OracleTable> left, OracleErrorPolicy policy, ILogger logger, CancellationToken stop)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = CreateSql(table);
            await command.ExecuteNonQueryAsync(stop);
            Log.Created(logger, table.Name);
        }
        catch (OracleException taken) when (taken.Number == OracleErrorPolicy.NameTaken)
        {
            // Another process that starts at the same time was faster.
        }
        catch (OracleException fault)
        {
            throw new OracleStoreException(
                $"Table {table.Name} is missing and could not be created: {fault.Message.Trim()} Let somebody with the right to do so run:{Environment.NewLine}  "
                + string.Join(Environment.NewLine + "  ", left.Select(t => CreateSql(t) + ";")), fault, fault.Number, policy.KindOf(fault));
        }
    }

    private sealed record Existing(string Name, string Type, int Length, int? Precision, int? Scale, bool IsNullable, bool HasDefault);

    private static async Task<List<Existing>> ColumnsAsync(OracleConnection connection, string table, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.InitialLONGFetchSize = -1;                      // DATA_DEFAULT is a LONG
        command.CommandText = "SELECT COLUMN_NAME, DATA_TYPE, DATA_LENGTH, CHAR_LENGTH, DATA_PRECISION, DATA_SCALE, NULLABLE, DATA_DEFAULT FROM USER_TAB_COLUMNS WHERE TABLE_NAME = :1 ORDER BY COLUMN_ID";
        command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = table });
        var columns = new List<Existing>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var type = reader.GetString(1);
            var length = Number(reader, 3) is > 0 and { } characters ? characters : Number(reader, 2) ?? 0;
            columns.Add(new(reader.GetString(0), WithoutDigits(type), length, Number(reader, 4), Number(reader, 5), reader.GetString(6) == "Y", !reader.IsDBNull(7)));
        }
        return columns;
    }

    // TIMESTAMP(6) WITH TIME ZONE: the digits stand in the middle.
    private static string WithoutDigits(string type)
        => type.IndexOf('(', StringComparison.Ordinal) is var open and >= 0 ? type.Remove(open, type.IndexOf(')', open) - open + 1) : type;

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

    private static IEnumerable<string> Differences(OracleTable table, List<Existing> existing, List<HashSet<string>> keys)
    {
        var alter = $"ALTER TABLE {OracleName.Quoted(table.Name)}";
        foreach (var column in table.Columns)
        {
            var there = existing.Find(e => e.Name == column.Name);
            var quoted = OracleName.Quoted(column.Name);
            if (column is EraColumn && there is not { IsNullable: false }) yield return Unfilled(table, column, there is not null);
            else if (there is null) yield return $"{table.Name}.{column.Name} is missing: {alter} ADD {quoted} {column.Type.Ddl}";
            else if (!IsSameFamily(column.Type.Family, there.Type)) yield return $"{table.Name}.{column.Name} is {there.Type}, the rows need {column.Type.Ddl}: add a column of that type under another name, or map the property to another type";
            else if (column.Type.Size > there.Length) yield return $"{table.Name}.{column.Name} holds {there.Length}, the rows up to {column.Type.Size}: {alter} MODIFY {quoted} {column.Type.Ddl}";
            else if (column.Type is { Family: "NUMBER", Precision: null } && there is { Type: "NUMBER", Precision: not null })
                yield return $"{table.Name}.{column.Name} is NUMBER({there.Precision},{there.Scale ?? 0}), which would round what has more digits: {alter} MODIFY {quoted} NUMBER, or say Column(r => r.{column.Property}, OracleType.Number({there.Precision}, {there.Scale ?? 0})) to have it so";
            else if (IsNarrower(column.Type, there)) yield return $"{table.Name}.{column.Name} is NUMBER({there.Precision},{there.Scale ?? 0}), the rows need {column.Type.Ddl}: {alter} MODIFY {quoted} {column.Type.Ddl}";
            else if (column.IsNullable && !there.IsNullable) yield return $"{table.Name}.{column.Name} is NOT NULL, the rows may have no value there: {alter} MODIFY {quoted} NULL";
        }
        foreach (var extra in existing.Where(e => !e.IsNullable && !e.HasDefault && !table.Columns.Any(c => c.Name == e.Name)))
            yield return $"{table.Name}.{extra.Name} is NOT NULL and the rows do not have it: {alter} MODIFY {OracleName.Quoted(extra.Name)} NULL";
        var key = table.Columns.Where(c => c.IsKey).Select(c => c.Name).ToArray();
        if (key.Length > 0 && !keys.Exists(k => k.SetEquals(key)))
            yield return $"{table.Name} has no unique constraint on its key, so two rows of one key could get in: {alter} ADD UNIQUE ({string.Join(", ", key.Select(OracleName.Quoted))})";
    }

    // A row without an era would stay when its era is replaced, and be there twice.
    private static string Unfilled(OracleTable table, OracleColumn era, bool isThere)
    {
        var (alter, quoted) = ($"ALTER TABLE {OracleName.Quoted(table.Name)}", OracleName.Quoted(era.Name));
        return $"{table.Name}.{era.Name}, the era column, {(isThere ? "may be null" : "is missing")}: {(isThere ? "" : $"{alter} ADD {quoted} {era.Type.Ddl}, ")}"
            + $"set it in the rows that are there to the start of the era they belong to, in UTC, and {alter} MODIFY {quoted} NOT NULL";
    }

    private static bool IsSameFamily(string wanted, string there) => wanted == there || (wanted, there) switch
    {
        ("VARCHAR2", "NVARCHAR2" or "CHAR" or "NCHAR" or "CLOB" or "NCLOB") => true,
        ("NUMBER", "FLOAT" or "BINARY_DOUBLE") => true,
        ("BINARY_DOUBLE", "NUMBER" or "FLOAT") => true,
        ("DATE", "TIMESTAMP") => true,
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE") => true,
        ("CLOB", "NCLOB") => true,
        ("RAW", "BLOB") => true,
        _ => false,
    };

    private static bool IsNarrower(OracleType wanted, Existing there)
        => wanted.Precision is { } precision && there.Precision is { } has
            && (has - (there.Scale ?? 0) < precision - wanted.Scale!.Value || (there.Scale ?? 0) < wanted.Scale!.Value);
}
