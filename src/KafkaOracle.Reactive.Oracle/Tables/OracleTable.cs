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

    /// <inheritdoc/>
    public bool KeepsEra => Era is not null;

    /// <inheritdoc/>
    public bool KeepsLane => Lane is not null;

    internal OracleColumn? Era => Origin.FirstOrDefault(c => c.IsEra);

    internal OracleColumn? Lane => Origin.FirstOrDefault(c => c.IsLane);

    /// <summary>The era's column and the lane's, where there are such.</summary>
    internal abstract IReadOnlyList<OracleColumn<RowOrigin>> Origin { get; }

    /// <summary>The columns, in the order of the row type's properties; then the era's and the lane's, where there are such.</summary>
    public abstract IReadOnlyList<OracleColumn> Columns { get; }

    /// <summary>Maps a row type: its public properties become columns, <c>UnitPrice</c> becomes <c>UNIT_PRICE</c>.</summary>
    /// <typeparam name="T">The row type. <c>[Key]</c>, <c>[Column]</c>, <c>[MaxLength]</c>, <c>[StringLength]</c> and <c>[NotMapped]</c> are heeded.</typeparam>
    /// <param name="name">The table's name in the session's schema, as the data dictionary spells it: in upper case, as a rule.</param>
    /// <param name="except">Properties that make no columns, of types that cannot be marked with <c>[NotMapped]</c>. For example <c>r => r.Raw</c>.</param>
    /// <exception cref="ArgumentException">The name is not one, or a property's type has no column type.</exception>
    /// <remarks>
    /// int, short, byte: NUMBER(10); long: NUMBER(19); decimal: NUMBER; Int128, BigInteger: NUMBER(38); OracleDecimal: NUMBER; double:
    /// BINARY_DOUBLE; float: BINARY_FLOAT; bool: NUMBER(1); string: VARCHAR2(4000 CHAR), in keys 200, CLOB where its length is given as
    /// more than 4000; JsonElement: CLOB that is JSON; Guid: RAW(16) in the order of its text; byte[]: RAW(2000), BLOB where its length is
    /// given as more; DateTime: TIMESTAMP(7); DateTimeOffset: TIMESTAMP(7) in UTC; DateOnly: DATE; TimeSpan, TimeOnly: INTERVAL DAY TO
    /// SECOND; an enum: its name. The empty string is stored as NULL. <see cref="OracleTable{T}.Column"/> says otherwise.
    /// </remarks>
    public static OracleTable<T> For<T>(string name, params Expression<Func<T, object?>>[] except)
    {
        ArgumentNullException.ThrowIfNull(except);
        return new(OracleName.Checked(name, nameof(name)), WriteMode.Insert, RowMapping.ColumnsOf<T>([.. except.Select(RowMapping.PropertyOf)]));
    }

    /// <summary>The statement that writes a row.</summary>
    internal TableStatement Statement => Mode.Statement(Name, Columns);

    internal string Sql => Statement.Sql;

    /// <summary>The table that is filled in its place; null where it is filled itself.</summary>
    internal abstract OracleTable? Staging { get; }

    /// <summary>The same table under another name, with an era column in any case: in the key, where the rows of a key need not be one era's.</summary>
    internal abstract OracleTable ForEras(string name);
}

/// <summary>A table in Oracle for rows of one type. Immutable; each method returns a changed copy.</summary>
public sealed class OracleTable<T> : OracleTable, ITable<T>
{
    private readonly OracleColumn<T>[] _columns;
    private readonly OracleColumn<RowOrigin>[] _origin;
    private readonly Func<T, bool>? _isTombstone;

    internal OracleTable(string name, WriteMode mode, OracleColumn<T>[] columns, OracleColumn<RowOrigin>[]? origin = null, Func<T, bool>? isTombstone = null) : base(name, mode)
    {
        (_columns, _origin, _isTombstone) = (columns, origin ?? [], isTombstone);
        Columns = [.. columns, .. _origin];
        if (Columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Table {name} would have two columns named {twice.Key}.");
        if (_origin.Length > 0 && !(mode.OwnsItsRows && isTombstone is null))
            throw new ArgumentException($"Table {name} is written by {mode}{(isTombstone is null ? "" : " with tombstones")}, by which eras share rows: the rows of one era could not be replaced, so it takes no era column.");
        mode.Check(name, typeof(T).Name, columns);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<OracleColumn> Columns { get; }

    internal override IReadOnlyList<OracleColumn<RowOrigin>> Origin => _origin;

    internal override OracleTable? Staging => Mode is OverwriteMode ? new OracleTable<T>(OverwriteMode.StagingOf(Name), WriteMode.Insert, _columns, _origin) : null;

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
        return new(Name, WriteMode.Upsert, _columns, _origin, isTombstone);
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
    public OracleTable<T> Revision(Expression<Func<T, object?>> revision) => Written(new RevisionMode(Find(revision).Property));

    /// <summary>Writes by INSERT into a staging table, <c>NAME_NEXT</c>; <see cref="OracleStore.SwapAsync"/> then puts its rows in the place of the table's, which stay until then.</summary>
    public OracleTable<T> Overwrite() => Written(new OverwriteMode());

    /// <summary>Makes these properties the key, in place of those marked with <c>[Key]</c>. Key columns are not null.</summary>
    /// <param name="properties">For example <c>r => r.Country, r => r.Hour</c>.</param>
    public OracleTable<T> Key(params Expression<Func<T, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var names = properties.Select(p => Find(p).Property).ToHashSet();
        return With(c => c.With(c.Name, c.IsNullable && !names.Contains(c.Property), names.Contains(c.Property)));
    }

    /// <summary>Changes the name or the type of a column.</summary>
    /// <param name="property">For example <c>r => r.Amount</c>.</param>
    /// <param name="type">Its type in the database; null: as it was.</param>
    /// <param name="name">Its name in the database; null: as it was.</param>
    /// <exception cref="ArgumentException">The value of that property cannot be written to a column of that type.</exception>
    public OracleTable<T> Column(Expression<Func<T, object?>> property, OracleType? type = null, string? name = null)
    {
        var column = Find(property);
        var changed = type is null ? column : column.With(type);
        if (name is not null) changed = changed.With(OracleName.Checked(name, nameof(name)), column.IsNullable, column.IsKey);
        return With(c => c == column ? changed : c);
    }

    /// <summary>Says what becomes of null in a column, which is stored as it is otherwise.</summary>
    /// <param name="property">For example <c>r => r.Note</c>.</param>
    /// <param name="rule">What becomes of it. The column of a table that is created still allows null, as the property does.</param>
    /// <exception cref="ArgumentException">The replacement is not of the property's type.</exception>
    public OracleTable<T> Nulls(Expression<Func<T, object?>> property, ValueRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var column = Find(property);
        var changed = column.With(rule, column.EmptyTexts);
        return With(c => c == column ? changed : c);
    }

    /// <summary>Says what becomes of the empty string in a column of text. Oracle has none: as it is, it is stored as null.</summary>
    /// <param name="property">For example <c>r => r.Note</c>.</param>
    /// <param name="rule">What becomes of it.</param>
    /// <exception cref="ArgumentException">The replacement is not of the property's type, or empty.</exception>
    public OracleTable<T> EmptyTexts(Expression<Func<T, object?>> property, ValueRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var column = Find(property);
        var changed = column.With(column.Nulls, rule);
        return With(c => c == column ? changed : c);
    }

    /// <summary>Adds a column for the start of the era that a row belongs to, TIMESTAMP(7) in UTC, which the lane fills: the rows of an era can then be replaced as a whole.</summary>
    /// <param name="name">The column's name in the database. An index on it makes replacing an era cheap.</param>
    /// <param name="lane">
    /// The name of a second column, NUMBER(10), for the lane that produced the row: the number of its partitions with
    /// <see cref="Lanes.PerPartition"/>, -1 of a single lane. With it a lane can replace its own rows of an era, see
    /// <see cref="VersionChange.RerunEra"/>. Null, the default, for none.
    /// </param>
    /// <exception cref="ArgumentException">A name is not one, or the table has it already; or rows are written in a way by which eras share them.</exception>
    /// <remarks>
    /// A row belongs to one era, and, with a second column, to one lane. So an upsert replaces a row of its own only: where a row of its
    /// key belongs to another it goes to the rejects (ORA-00001). Let the key name the window, say, or write the table without an era column.
    /// </remarks>
    public OracleTable<T> EraColumn(string name = "ERA_START", string? lane = null)
    {
        var era = RowMapping.EraColumn(OracleName.Checked(name, nameof(name)));
        return new(Name, Mode, _columns, lane is null ? [era] : [era, RowMapping.LaneColumn(OracleName.Checked(lane, nameof(lane)))], _isTombstone);
    }

    internal override OracleTable ForEras(string name) => new OracleTable<T>(OracleName.Checked(name, nameof(name)), Mode, _columns, KeepsEra ? _origin : [RowMapping.EraColumn("ERA_START", isKey: Mode != WriteMode.Insert)], _isTombstone);

    /// <inheritdoc/>
    public RowBatch<T> NewBatch() => new OracleBatch<T>(this, _columns, _isTombstone);

    /// <inheritdoc/>
    public void Digest(T row, RowDigest digest)
    {
        foreach (var column in _columns) column.Digest(row, digest);
        if (_isTombstone is not null) digest.Add(_isTombstone(row) ? 1L : 0L);
    }

    private OracleTable<T> Written(WriteMode mode) => new(Name, mode, _columns, _origin);

    private OracleTable<T> With(Func<OracleColumn<T>, OracleColumn<T>> change) => new(Name, Mode, [.. _columns.Select(change)], _origin, _isTombstone);

    private OracleColumn<T> Find(Expression<Func<T, object?>> property)
    {
        var name = RowMapping.PropertyOf(property);
        return Array.Find(_columns, c => c.Property == name) ?? throw new ArgumentException($"{property} names no column of table {Name}.", nameof(property));
    }
}
