namespace KafkaOracle.Reactive;

/// <summary>How rows meet those that are in the table already.</summary>
/// <remarks>Several rows of one key within an epoch are folded to one before they are sent; each mode says which one that is.</remarks>
public abstract class WriteMode
{
    private protected WriteMode() { }

    /// <summary>Every row is new. One whose key is there already goes to the rejects (ORA-00001). Nothing is folded.</summary>
    public static WriteMode Insert { get; } = new InsertMode();

    /// <summary>A row replaces the one with its key. Of several rows with one key the last one stays.</summary>
    public static WriteMode Upsert { get; } = new UpsertMode();

    /// <summary>A row whose key is there already is left out. Of several rows with one key the first one stays.</summary>
    public static WriteMode InsertIfAbsent { get; } = new InsertIfAbsentMode();

    /// <summary>A row changes the one with its key; where there is none, it does nothing. Of several rows with one key the last one stays.</summary>
    public static WriteMode Update { get; } = new UpdateMode();

    /// <summary>A row deletes the one with its key; where there is none, it does nothing.</summary>
    public static WriteMode Delete { get; } = new DeleteMode();

    /// <summary>Which of several rows with one key are sent.</summary>
    internal abstract Folding Folding { get; }

    /// <summary>Whether each row in the table was made by one era alone, so that it can go with it.</summary>
    internal virtual bool OwnsItsRows => false;

    /// <summary>The statement, with one positional bind for each of the columns that it names.</summary>
    internal abstract TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns);

    /// <summary>How a column's values of one key are combined; for <see cref="Folding.Combined"/> alone.</summary>
    internal virtual Combination CombinationOf(OracleColumn column) => Combination.Last;

    /// <summary>The column whose highest value stays; for <see cref="Folding.Highest"/> alone.</summary>
    internal virtual string? RevisionProperty => null;

    /// <exception cref="ArgumentException">The table cannot be written so.</exception>
    internal virtual void Check(string table, string rowType, IReadOnlyList<OracleColumn> columns)
    {
        if (!columns.Any(c => c.IsKey))
            throw new ArgumentException($"Table {table} is written by {this}, which needs a key: mark properties of {rowType} with [Key], or name them in Key(…).");
    }

    /// <summary>MERGE of one bound row a time, on the key.</summary>
    private protected static TableStatement Merge(string table, IReadOnlyList<OracleColumn> columns, string matched)
    {
        var source = string.Join(", ", columns.Select((c, i) => $":{i + 1} AS {Name(c)}"));
        var match = string.Join(" AND ", columns.Where(c => c.IsMatched).Select(c => $"t.{Name(c)} = s.{Name(c)}"));
        return new(
            $"MERGE INTO {OracleName.Quoted(table)} t USING (SELECT {source} FROM DUAL) s ON ({match}){matched}"
            + $" WHEN NOT MATCHED THEN INSERT ({List(columns, Name)}) VALUES ({List(columns, c => $"s.{Name(c)}")})",
            [.. Enumerable.Range(0, columns.Count)], Merges: true);
    }

    private protected static string Replaced(IEnumerable<OracleColumn> columns) => List(columns, c => $"t.{Name(c)} = s.{Name(c)}");

    private protected static string List(IEnumerable<OracleColumn> columns, Func<OracleColumn, string> item) => string.Join(", ", columns.Select(item));

    private protected static string Name(OracleColumn column) => OracleName.Quoted(column.Name);

    private sealed class InsertMode : WriteMode
    {
        internal override Folding Folding => Folding.None;

        internal override bool OwnsItsRows => true;

        internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns) => new(
            $"INSERT INTO {OracleName.Quoted(table)} ({List(columns, Name)}) VALUES ({string.Join(", ", columns.Select((_, i) => $":{i + 1}"))})",
            [.. Enumerable.Range(0, columns.Count)]);

        internal override void Check(string table, string rowType, IReadOnlyList<OracleColumn> columns) { }

        public override string ToString() => "insert";
    }

    private sealed class UpsertMode : WriteMode
    {
        internal override Folding Folding => Folding.Last;

        internal override bool OwnsItsRows => true;

        internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns)
            => Merge(table, columns, columns.All(c => c.IsMatched) ? "" : $" WHEN MATCHED THEN UPDATE SET {Replaced(columns.Where(c => !c.IsMatched))}");

        public override string ToString() => "upsert";
    }

    private sealed class InsertIfAbsentMode : WriteMode
    {
        internal override Folding Folding => Folding.First;

        internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns) => Merge(table, columns, "");

        public override string ToString() => "insert if absent";
    }

    private sealed class UpdateMode : WriteMode
    {
        internal override Folding Folding => Folding.Last;

        internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns)
        {
            int[] order = [.. Enumerable.Range(0, columns.Count).OrderBy(i => columns[i].IsKey)];
            var sets = order.Where(i => !columns[i].IsKey).Select((i, bind) => $"{Name(columns[i])} = :{bind + 1}").ToArray();
            var match = order.Where(i => columns[i].IsKey).Select((i, bind) => $"{Name(columns[i])} = :{sets.Length + bind + 1}");
            return new($"UPDATE {OracleName.Quoted(table)} SET {string.Join(", ", sets)} WHERE {string.Join(" AND ", match)}", order);
        }

        internal override void Check(string table, string rowType, IReadOnlyList<OracleColumn> columns)
        {
            base.Check(table, rowType, columns);
            if (columns.All(c => c.IsKey)) throw new ArgumentException($"Table {table} is written by update, but all columns of {rowType} are its key: there is nothing to update.");
        }

        public override string ToString() => "update";
    }

    private sealed class DeleteMode : WriteMode
    {
        internal override Folding Folding => Folding.Last;

        internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns)
        {
            int[] keys = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].IsKey)];
            return new($"DELETE FROM {OracleName.Quoted(table)} WHERE {string.Join(" AND ", keys.Select((i, bind) => $"{Name(columns[i])} = :{bind + 1}"))}", keys);
        }

        public override string ToString() => "delete";
    }
}

/// <summary>Which rows of an epoch are sent, of several with one key.</summary>
internal enum Folding
{
    /// <summary>All of them.</summary>
    None,

    First,
    Last,

    /// <summary>The first of those with the highest revision.</summary>
    Highest,

    /// <summary>One row, its columns combined from all of them.</summary>
    Combined,
}

/// <summary>A statement that writes one row, executed for arrays of them.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Columns">The columns' indices, in the order of the positional binds.</param>
/// <param name="Merges">Whether it inserts only what it does not find, so that a key that is taken means another session was faster.</param>
internal sealed record TableStatement(string Sql, IReadOnlyList<int> Columns, bool Merges = false);
