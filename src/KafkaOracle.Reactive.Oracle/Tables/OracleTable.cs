using System.Linq.Expressions;

namespace KafkaOracle.Reactive;

/// <summary>A table in Oracle, as one row type sees it.</summary>
public abstract class OracleTable : ITable
{
    private protected OracleTable(string name, WriteMode mode) => (Name, Mode) = (name, mode);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How rows meet those that are in the table already.</summary>
    public WriteMode Mode { get; }

    /// <summary>The columns, in the order of the row type's properties.</summary>
    public abstract IReadOnlyList<OracleColumn> Columns { get; }

    /// <summary>Maps a row type: its public properties become columns, <c>UnitPrice</c> becomes <c>UNIT_PRICE</c>.</summary>
    /// <typeparam name="T">The row type. <c>[Key]</c>, <c>[Column]</c>, <c>[MaxLength]</c>, <c>[StringLength]</c> and <c>[NotMapped]</c> are heeded.</typeparam>
    /// <param name="name">The table's name in the session's schema, as the data dictionary spells it: in upper case, as a rule.</param>
    /// <exception cref="ArgumentException">The name is not one, or a property's type has no column type.</exception>
    /// <remarks>
    /// int, short, byte: NUMBER(10); long: NUMBER(19); decimal: NUMBER; double, float: BINARY_DOUBLE; bool: NUMBER(1); string:
    /// VARCHAR2(4000 CHAR), in keys 200, CLOB where its length is given as more than 4000; Guid: RAW(16) in the order of its text;
    /// byte[]: RAW(2000), BLOB where its length is given as more; DateTime: TIMESTAMP(7); DateTimeOffset: TIMESTAMP(7) in UTC;
    /// DateOnly: DATE; an enum: its name. The empty string is stored as NULL.
    /// </remarks>
    public static OracleTable<T> For<T>(string name) => new(OracleName.Checked(name, nameof(name)), WriteMode.Insert, RowMapping.ColumnsOf<T>(), null);

    /// <summary>The statement that writes a row.</summary>
    internal TableStatement Statement => Mode.Statement(Name, Columns);

    internal string Sql => Statement.Sql;
}

/// <summary>A table in Oracle for rows of one type. Immutable; each method returns a changed copy.</summary>
public sealed class OracleTable<T> : OracleTable, ITable<T>
{
    private readonly OracleColumn<T>[] _columns;
    private readonly Func<T, bool>? _isTombstone;

    internal OracleTable(string name, WriteMode mode, OracleColumn<T>[] columns, Func<T, bool>? isTombstone) : base(name, mode)
    {
        if (columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Table {name} would have two columns named {twice.Key}.");
        mode.Check(name, typeof(T).Name, columns);
        if (isTombstone is not null && mode != WriteMode.Upsert)
            throw new ArgumentException($"Table {name} is written by {mode}; tombstones go with Upsert() alone.");
        (_columns, _isTombstone) = (columns, isTombstone);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<OracleColumn> Columns => _columns;

    /// <summary>Writes by INSERT, the default. A row whose key is there already goes to the rejects.</summary>
    public OracleTable<T> Insert() => Written(WriteMode.Insert);

    /// <summary>Writes by MERGE on the key: a row replaces the stored one. Of several rows with one key the last stays.</summary>
    /// <exception cref="ArgumentException">There is no key.</exception>
    public OracleTable<T> Upsert() => Written(WriteMode.Upsert);

    /// <summary>Writes by MERGE on the key, or by DELETE: in the end the table is as the last row of each key says.</summary>
    /// <param name="isTombstone">Whether a row deletes the stored one with its key. Of such a row only the key counts. It must depend on the row alone.</param>
    /// <exception cref="ArgumentException">There is no key.</exception>
    public OracleTable<T> Upsert(Func<T, bool> isTombstone)
    {
        ArgumentNullException.ThrowIfNull(isTombstone);
        return new(Name, WriteMode.Upsert, _columns, isTombstone);
    }

    /// <summary>Writes by MERGE on the key, but only what is not there. Of several rows with one key the first stays.</summary>
    /// <exception cref="ArgumentException">There is no key.</exception>
    public OracleTable<T> InsertIfAbsent() => Written(WriteMode.InsertIfAbsent);

    /// <summary>Writes by UPDATE on the key. A row whose key is not there does nothing.</summary>
    /// <exception cref="ArgumentException">There is no key, or nothing but a key.</exception>
    public OracleTable<T> Update() => Written(WriteMode.Update);

    /// <summary>Writes by DELETE on the key. A row whose key is not there does nothing; of a row only the key counts.</summary>
    /// <exception cref="ArgumentException">There is no key.</exception>
    public OracleTable<T> Delete() => Written(WriteMode.Delete);

    /// <summary>Writes by MERGE on the key, combining each row with the stored one: totals that grow from epoch to epoch.</summary>
    /// <param name="columns">Says how, for each column that is not part of the key. For example <c>a => a.Sum(r => r.Amount).Max(r => r.SoldAt)</c>.</param>
    /// <exception cref="ArgumentException">There is no key, a column is left out, or has no sum or order.</exception>
    /// <remarks>Exactly once, as the rows and the position in the log are one transaction. The rows of an era cannot be taken back out of a total.</remarks>
    public OracleTable<T> Accumulate(Action<Accumulation<T>> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var accumulation = new Accumulation<T>();
        columns(accumulation);
        return Written(new AccumulateMode(accumulation.Columns));
    }

    /// <summary>Writes by MERGE on the key, replacing the stored row only by one with a higher revision; of equal ones the first stays.</summary>
    /// <param name="revision">A number or a point in time that is never null. For example <c>r => r.Version</c>.</param>
    /// <exception cref="ArgumentException">There is no key, or the revision may be null, is part of the key or has no order.</exception>
    public OracleTable<T> Revision(Expression<Func<T, object?>> revision) => Written(new RevisionMode(ColumnOf(revision)));

    /// <summary>Makes these properties the key, in place of those marked with <c>[Key]</c>. Key columns are not null.</summary>
    /// <param name="properties">For example <c>r => r.Country, r => r.Hour</c>.</param>
    public OracleTable<T> Key(params Expression<Func<T, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var names = properties.Select(ColumnOf).ToHashSet();
        return With(c => c.With(c.Name, c.Type, c.IsNullable && !names.Contains(c.Property), names.Contains(c.Property)));
    }

    /// <summary>Changes the name or the type of a column.</summary>
    /// <param name="property">For example <c>r => r.Amount</c>.</param>
    /// <param name="type">Its type in the database; null: as it was.</param>
    /// <param name="name">Its name in the database; null: as it was.</param>
    /// <exception cref="ArgumentException">The value of that property cannot be written to a column of that type.</exception>
    public OracleTable<T> Column(Expression<Func<T, object?>> property, OracleType? type = null, string? name = null)
    {
        var changed = ColumnOf(property);
        return With(c => c.Property == changed ? Changed(c) : c);

        OracleColumn<T> Changed(OracleColumn<T> column)
        {
            if (type is { IsZoned: true } && RowMapping.Zoned(column, type) is { } zoned) column = zoned;
            return column.With(name is null ? column.Name : OracleName.Checked(name, nameof(name)), Fits(column, type), column.IsNullable, column.IsKey);
        }
    }

    /// <inheritdoc/>
    public RowBatch<T> NewBatch() => new OracleBatch<T>(this, _columns, _isTombstone);

    /// <inheritdoc/>
    public void Digest(T row, RowDigest digest)
    {
        foreach (var column in _columns) column.Digest(row, digest);
        if (_isTombstone is not null) digest.Add(_isTombstone(row) ? 1L : 0L);
    }

    private OracleTable<T> Written(WriteMode mode) => new(Name, mode, _columns, null);

    private OracleTable<T> With(Func<OracleColumn<T>, OracleColumn<T>> change) => new(Name, Mode, [.. _columns.Select(change)], _isTombstone);

    private static OracleType Fits(OracleColumn column, OracleType? type)
    {
        if (type is null) return column.Type;
        if (type.Family == column.Type.Family || IsOne("VARCHAR2", "CLOB") || IsOne("RAW", "BLOB") || IsOne("DATE", "TIMESTAMP")) return type;
        throw new ArgumentException($"Property {column.Property} makes values for {column.Type.Ddl}; they do not go into {type.Ddl}.");

        bool IsOne(string one, string other) => (column.Type.Family == one && type.Family == other) || (column.Type.Family == other && type.Family == one);
    }

    private string ColumnOf(Expression<Func<T, object?>> property)
    {
        var name = RowMapping.PropertyOf(property);
        return _columns.Any(c => c.Property == name) ? name : throw new ArgumentException($"{property} names no column of table {Name}.", nameof(property));
    }
}
