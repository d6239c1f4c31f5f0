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

/// <summary>The names that an expression can see, inner ones first, and what its place in the statement allows.</summary>
internal sealed class Scope(Scope? outer)
{
    public List<Source> Sources { get; } = [];

    /// <summary>Texts of the GROUP BY expressions; null outside a grouped block.</summary>
    public HashSet<string>? Grouping { get; set; }

    public bool InsideAggregate { get; set; }

    public bool AllowsAggregates { get; set; }

    public bool AllowsWindows { get; set; }

    /// <summary>What ROWNUM means here; null where it cannot stand.</summary>
    public TypedSql? RowNumber { get; set; }

    /// <summary>Names of the SELECT list, which ORDER BY sees before the columns.</summary>
    public Dictionary<string, TypedSql>? Aliases { get; set; }

    public TypedSql? Find(ColumnExpr column)
    {
        if (column.Qualifier == null && Aliases != null && Aliases.TryGetValue(column.Name, out var alias)) return alias;
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
        if (found == null) return outer?.Find(column);
        if (Grouping != null && !InsideAggregate && !Grouping.Contains(found.Text))
        {
            throw Grouping.Count == 0
                ? new OracleError(937, "not a single-group group function", column.Start)
                : new OracleError(979, "not a GROUP BY expression", column.Start);
        }
        return found;
    }
}
