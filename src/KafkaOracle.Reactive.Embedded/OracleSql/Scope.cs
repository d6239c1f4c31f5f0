namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A piece of SQLite's SQL and the Oracle type of its value.</summary>
internal sealed record TypedSql(string Text, OracleType Type, bool IsLiteral = false, bool NotNull = false);

/// <summary>A named column of a row source, and the SQLite text that yields it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What yields it.</param>
/// <param name="Hidden">Left out by * and seen only with a qualifier: the other side of a USING.</param>
/// <param name="Pseudo">Seen only by name: ROWID, LEVEL.</param>
internal sealed record SourceColumn(string Name, TypedSql Value, bool Hidden = false, bool Pseudo = false);

/// <summary>Something in a FROM clause: what names it may be qualified with, and its columns.</summary>
internal sealed record Source(string Name, IReadOnlyList<SourceColumn> Columns);

/// <summary>What a grouped block may name outside of its aggregates: expressions of GROUP BY by their texts, and what stands for them.</summary>
internal sealed class Groups
{
    private readonly Dictionary<string, TypedSql> _values = [];

    public int Count => _values.Count;

    public void Add(string text, TypedSql value) => _values.TryAdd(text, value);

    public TypedSql? Find(string text) => _values.GetValueOrDefault(text);
}

/// <summary>The names that an expression can see, inner ones first, and what its place in the statement allows.</summary>
internal sealed class Scope(Scope? outer)
{
    public Scope? Outer => outer;

    public List<Source> Sources { get; } = [];

    /// <summary>The GROUP BY expressions; null outside a grouped block.</summary>
    public Groups? Grouping { get; set; }

    /// <summary>Where aggregates are computed a level below the block; null where it does so itself.</summary>
    public GroupedRows? Below { get; set; }

    /// <summary>Within an aggregate of aggregates, outside of the inner ones.</summary>
    public bool InsideOuterAggregate { get; set; }

    /// <summary>What PRIOR sees in CONNECT BY: the row above.</summary>
    public Scope? Above { get; set; }

    /// <summary>Names of the columns that a hierarchy computes for PRIOR, CONNECT_BY_ROOT and SYS_CONNECT_BY_PATH in its block.</summary>
    public IReadOnlyDictionary<Expr, string>? Carried { get; set; }

    public bool InsideAggregate { get; set; }

    public bool AllowsAggregates { get; set; }

    public bool AllowsWindows { get; set; }

    /// <summary>What ROWNUM means here; null where it cannot stand.</summary>
    public TypedSql? RowNumber { get; set; }

    /// <summary>Names of the SELECT list, which ORDER BY sees before the columns, except inside an aggregate: what it aggregates are rows.</summary>
    public Dictionary<string, TypedSql>? Aliases { get; set; }

    /// <summary>Whether a source of this scope itself has such a column.</summary>
    public bool Owns(ColumnExpr column) =>
        Sources.Exists(s => (column.Qualifier == null || s.Name == column.Qualifier) && s.Columns.Any(c => c.Name == column.Name));

    public TypedSql? Find(ColumnExpr column)
    {
        if (column.Qualifier == null && Aliases != null && Aliases.TryGetValue(column.Name, out var alias) && !(InsideAggregate && Owns(column))) return alias;
        TypedSql? found = null;
        foreach (var source in Sources)
        {
            if (column.Qualifier != null && source.Name != column.Qualifier) continue;
            foreach (var candidate in source.Columns)
            {
                if (candidate.Name != column.Name || (candidate.Hidden && column.Qualifier == null)) continue;
                if (found != null) throw new OracleError(918, "column ambiguously defined", column.Start);
                found = candidate.Value;
            }
        }
        return found == null ? outer?.Find(column) : Grouped(found, column.Start);
    }

    /// <summary>What a value of a row means here: beside a GROUP BY, only one that it names.</summary>
    public TypedSql Grouped(TypedSql found, int position)
    {
        if (Grouping == null || InsideAggregate) return found;
        var isSingle = Grouping.Count == 0 || (Below is { NestsAggregates: true } && !InsideOuterAggregate);
        if (isSingle) throw new OracleError(937, "not a single-group group function", position);
        return Grouping.Find(found.Text) ?? throw new OracleError(979, "not a GROUP BY expression", position);
    }
}
