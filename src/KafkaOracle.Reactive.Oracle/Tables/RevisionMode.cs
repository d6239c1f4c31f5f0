namespace KafkaOracle.Reactive;

/// <summary>MERGE that replaces a stored row only by one with a higher revision.</summary>
internal sealed class RevisionMode(string property) : WriteMode
{
    internal override Folding Folding => Folding.Highest;

    internal override string RevisionProperty => property;

    internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns)
    {
        var revision = Name(columns.First(c => c.Property == property));
        return Merge(table, columns, $" WHEN MATCHED THEN UPDATE SET {Replaced(columns.Where(c => !c.IsKey))} WHERE t.{revision} IS NULL OR t.{revision} < s.{revision}");
    }

    internal override void Check(string table, string rowType, IReadOnlyList<OracleColumn> columns)
    {
        base.Check(table, rowType, columns);
        var revision = columns.First(c => c.Property == property);
        if (revision.IsKey) throw new ArgumentException($"Table {table}: {revision.Name} is part of the key, so it cannot be the revision of a row.");
        if (revision.IsNullable) throw new ArgumentException($"Table {table}: the revision {revision.Name} may be null. A row without a revision could not be compared; give {rowType}.{property} a type that has no null.");
        if (!revision.Type.IsOrdered) throw new ArgumentException($"Table {table}: the revision {revision.Name} is {revision.Type.Ddl}; take a number or a point in time.");
    }

    public override string ToString() => "revision";
}
