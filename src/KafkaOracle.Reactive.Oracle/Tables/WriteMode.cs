namespace KafkaOracle.Reactive;

/// <summary>How rows meet those that are in the table already.</summary>
public abstract class WriteMode
{
    private protected WriteMode() { }

    /// <summary>Every row is new. One whose key is there already goes to the rejects (ORA-00001).</summary>
    public static WriteMode Insert { get; } = new InsertMode();

    /// <summary>A row replaces the one with its key. Of several rows with one key the last one stays.</summary>
    public static WriteMode Upsert { get; } = new UpsertMode();

    internal abstract bool NeedsKey { get; }

    /// <summary>Whether each row in the table was made by one era alone, so that it can go with it.</summary>
    internal virtual bool OwnsItsRows => false;

    /// <summary>The statement, with one positional bind a column, in the columns' order.</summary>
    internal abstract string Sql(string table, IReadOnlyList<OracleColumn> columns);

    private static string List(IEnumerable<OracleColumn> columns, Func<OracleColumn, string> item) => string.Join(", ", columns.Select(item));

    private static string Binds(IReadOnlyList<OracleColumn> columns) => string.Join(", ", columns.Select((_, i) => $":{i + 1}"));

    private sealed class InsertMode : WriteMode
    {
        internal override bool NeedsKey => false;

        internal override bool OwnsItsRows => true;

        internal override string Sql(string table, IReadOnlyList<OracleColumn> columns)
            => $"INSERT INTO {OracleName.Quoted(table)} ({List(columns, c => OracleName.Quoted(c.Name))}) VALUES ({Binds(columns)})";

        public override string ToString() => "insert";
    }

    private sealed class UpsertMode : WriteMode
    {
        internal override bool NeedsKey => true;

        internal override bool OwnsItsRows => true;

        internal override string Sql(string table, IReadOnlyList<OracleColumn> columns)
        {
            var others = columns.Where(c => !IsMatched(c)).ToArray();
            var update = others.Length == 0 ? "" : $" WHEN MATCHED THEN UPDATE SET {List(others, c => $"t.{OracleName.Quoted(c.Name)} = s.{OracleName.Quoted(c.Name)}")}";
            var source = string.Join(", ", columns.Select((c, i) => $":{i + 1} AS {OracleName.Quoted(c.Name)}"));
            var match = string.Join(" AND ", columns.Where(IsMatched).Select(c => $"t.{OracleName.Quoted(c.Name)} = s.{OracleName.Quoted(c.Name)}"));
            return $"MERGE INTO {OracleName.Quoted(table)} t USING (SELECT {source} FROM DUAL) s ON ({match}){update}"
                + $" WHEN NOT MATCHED THEN INSERT ({List(columns, c => OracleName.Quoted(c.Name))}) VALUES ({List(columns, c => $"s.{OracleName.Quoted(c.Name)}")})";
        }

        // A row of another era does not match, and its key is taken: the server refuses the new one.
        private static bool IsMatched(OracleColumn column) => column.IsKey || column is EraColumn;

        public override string ToString() => "upsert";
    }
}
