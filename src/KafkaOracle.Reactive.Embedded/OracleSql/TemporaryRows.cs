namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A temporary table of so many columns, and r for a row's address: rows that several steps of a statement share.</summary>
internal sealed class TemporaryRows(int columns)
{
    public string Name => $"temp.\"ora$rows{columns}\"";

    public string Columns => string.Join(", ", Enumerable.Range(1, columns).Select(i => $"c{i}"));

    public string Create => $"CREATE TEMP TABLE IF NOT EXISTS \"ora$rows{columns}\" (r, {Columns})";

    public string Clear => $"DELETE FROM {Name}";

    public string Insert => $"INSERT INTO {Name} (r, {Columns})";
}
