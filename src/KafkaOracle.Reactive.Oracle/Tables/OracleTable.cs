using System.Linq.Expressions;

namespace KafkaOracle.Reactive;

/// <summary>A table in Oracle, as one row type sees it.</summary>
public abstract class OracleTable : ITable
{
    private protected OracleTable(string name, WriteMode mode, EraColumn? era)
    {
        if (era is not null && !mode.OwnsItsRows)
            throw new ArgumentException($"Table {name} is written by {mode}, by which eras share rows: the rows of one era could not be replaced, so it takes no era column.");
        (Name, Mode, Era) = (name, mode, era);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How rows meet those that are in the table already.</summary>
    public WriteMode Mode { get; }

    /// <inheritdoc/>
    public bool KeepsEra => Era is not null;

    internal EraColumn? Era { get; }

    /// <summary>The columns, in the order of the row type's properties; then the era's, where there is one.</summary>
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
    public static OracleTable<T> For<T>(string name) => new(OracleName.Checked(name, nameof(name)), WriteMode.Insert, RowMapping.ColumnsOf<T>());

    internal string Sql => Mode.Sql(Name, Columns);

    /// <summary>The same table under another name, with an era column in any case.</summary>
    internal abstract OracleTable ForEras(string name);
}

/// <summary>A table in Oracle for rows of one type. Immutable; each method returns a changed copy.</summary>
public sealed class OracleTable<T> : OracleTable, ITable<T>
{
    private readonly OracleColumn<T>[] _columns;

    internal OracleTable(string name, WriteMode mode, OracleColumn<T>[] columns, EraColumn? era = null) : base(name, mode, era)
    {
        Columns = era is null ? columns : [.. columns, era];
        if (Columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Table {name} would have two columns named {twice.Key}.");
        if (mode.NeedsKey && !columns.Any(c => c.IsKey))
            throw new ArgumentException($"Table {name} is written by {mode}, which needs a key: mark properties of {typeof(T).Name} with [Key], or name them in Key(…).");
        _columns = columns;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<OracleColumn> Columns { get; }

    /// <summary>Writes by INSERT, the default.</summary>
    public OracleTable<T> Insert() => new(Name, WriteMode.Insert, _columns, Era);

    /// <summary>Writes by MERGE on the key.</summary>
    /// <exception cref="ArgumentException">There is no key.</exception>
    public OracleTable<T> Upsert() => new(Name, WriteMode.Upsert, _columns, Era);

    /// <summary>Makes these properties the key, in place of those marked with <c>[Key]</c>. Key columns are not null.</summary>
    /// <param name="properties">For example <c>r => r.Country, r => r.Hour</c>.</param>
    public OracleTable<T> Key(params Expression<Func<T, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var names = properties.Select(PropertyOf).ToHashSet();
        return new(Name, Mode, [.. _columns.Select(c => c.With(c.Name, c.Type, c.IsNullable && !names.Contains(c.Property), names.Contains(c.Property)))], Era);
    }

    /// <summary>Changes the name or the type of a column.</summary>
    /// <param name="property">For example <c>r => r.Amount</c>.</param>
    /// <param name="type">Its type in the database; null: as it was.</param>
    /// <param name="name">Its name in the database; null: as it was.</param>
    /// <exception cref="ArgumentException">The value of that property cannot be written to a column of that type.</exception>
    public OracleTable<T> Column(Expression<Func<T, object?>> property, OracleType? type = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(property);
        var changed = PropertyOf(property);
        return new(Name, Mode, [.. _columns.Select(c => c.Property == changed ? Changed(c) : c)], Era);

        OracleColumn<T> Changed(OracleColumn<T> column)
        {
            if (type is { IsZoned: true } && RowMapping.Zoned(column, type) is { } zoned) column = zoned;
            return column.With(name is null ? column.Name : OracleName.Checked(name, nameof(name)), Fits(column, type), column.IsNullable, column.IsKey);
        }
    }

    /// <summary>Adds a column for the start of the era that a row belongs to, TIMESTAMP(7) in UTC, which the lane fills: the rows of an era can then be replaced as a whole.</summary>
    /// <param name="name">The column's name in the database. An index on it makes replacing an era cheap.</param>
    /// <exception cref="ArgumentException">The name is not one, or the table has it already; or rows are written in a way by which eras share them.</exception>
    /// <remarks>
    /// A row belongs to one era. So an upsert replaces a row of its own era only: where a row of its key belongs to another era it goes
    /// to the rejects (ORA-00001). Let the key name the window, say, or write the table without an era column.
    /// </remarks>
    public OracleTable<T> EraColumn(string name = "ERA_START") => new(Name, Mode, _columns, new(OracleName.Checked(name, nameof(name))));

    internal override OracleTable ForEras(string name) => new OracleTable<T>(OracleName.Checked(name, nameof(name)), Mode, _columns, Era ?? new("ERA_START"));

    /// <inheritdoc/>
    public RowBatch<T> NewBatch() => new OracleBatch<T>(this, _columns);

    /// <inheritdoc/>
    public void Digest(T row, RowDigest digest)
    {
        foreach (var column in _columns) column.Digest(row, digest);
    }

    private static OracleType Fits(OracleColumn column, OracleType? type)
    {
        if (type is null) return column.Type;
        if (type.Family == column.Type.Family || IsOne("VARCHAR2", "CLOB") || IsOne("RAW", "BLOB") || IsOne("DATE", "TIMESTAMP")) return type;
        throw new ArgumentException($"Property {column.Property} makes values for {column.Type.Ddl}; they do not go into {type.Ddl}.");

        bool IsOne(string one, string other) => (column.Type.Family == one && type.Family == other) || (column.Type.Family == other && type.Family == one);
    }

    private string PropertyOf(Expression<Func<T, object?>> property)
    {
        var body = property.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : property.Body;
        return body is MemberExpression { Member.Name: var name } && _columns.Any(c => c.Property == name)
            ? name : throw new ArgumentException($"{property} names no column of table {Name}. Write it as r => r.Property.");
    }
}
