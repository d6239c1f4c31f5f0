using System.Reflection;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A column of a table: its name and type, and where its values come from.</summary>
public abstract class OracleColumn
{
    private protected OracleColumn(PropertyInfo member, string name, OracleType type, bool isNullable, bool isKey)
        => (Member, Name, Type, IsNullable, IsKey) = (member, name, type, isNullable, isKey);

    /// <summary>The name in the database, as the data dictionary spells it.</summary>
    public string Name { get; }

    /// <summary>The type in the database.</summary>
    public OracleType Type { get; }

    /// <summary>Whether it may be null.</summary>
    public bool IsNullable { get; }

    /// <summary>Whether it is part of the key.</summary>
    public bool IsKey { get; }

    internal PropertyInfo Member { get; }

    internal string Property => Member.Name;

    /// <summary>Whether it says which era, or which lane, a row belongs to. It is no property of the row: the lane knows it.</summary>
    internal bool IsOrigin => Member.DeclaringType == typeof(RowOrigin);

    internal bool IsEra => IsOrigin && Property == nameof(RowOrigin.EraStart);

    internal bool IsLane => IsOrigin && Property == nameof(RowOrigin.Lane);

    /// <summary>Whether rows that are equal in it, and in the others like it, are one row in the table. A row of another era or lane is not: its key is taken.</summary>
    internal bool IsMatched => IsKey || IsOrigin;
}

internal abstract class OracleColumn<TRow>(PropertyInfo member, string name, OracleType type, bool isNullable, bool isKey)
    : OracleColumn(member, name, type, isNullable, isKey)
{
    public ValueRule Nulls { get; init; } = ValueRule.AsIs;

    public ValueRule EmptyTexts { get; init; } = ValueRule.AsIs;

    public abstract ColumnValues<TRow> NewValues();

    public abstract void Digest(TRow row, RowDigest digest);

    public abstract OracleColumn<TRow> With(string name, bool isNullable, bool isKey);

    /// <exception cref="ArgumentException">A replacement is of another type than the property, or the property holds no text or cannot be null.</exception>
    public abstract OracleColumn<TRow> With(ValueRule nulls, ValueRule emptyTexts);

    /// <exception cref="ArgumentException">The property's values do not go into such a column.</exception>
    public OracleColumn<TRow> With(OracleType type)
    {
        var mapping = ValueMappings.Find(Member.PropertyType, type)
            ?? throw new ArgumentException($"Property {Property} makes values for {Type.Ddl}; they do not go into {type.Ddl}.", nameof(type));
        return mapping.Column<TRow>(Member, Name, type, IsNullable, IsKey).With(Nulls, EmptyTexts);
    }
}

// isNull: whether a row has no value here; get: its value as the driver takes it.
internal sealed class OracleColumn<TRow, TWire>(
    ValueMapping<TWire> mapping, PropertyInfo member, string name, OracleType type, bool isNullable, bool isKey, Func<TRow, bool> isNull, Func<TRow, TWire> get)
    : OracleColumn<TRow>(member, name, type, isNullable, isKey)
{
    private TWire? _forNull, _forEmpty;

    /// <summary>A row's value; false: it is null.</summary>
    /// <exception cref="UnfitValueException">It must not be missing, or does not go into the column.</exception>
    public bool TryGet(TRow row, out TWire value)
    {
        if (isNull(row))
        {
            value = _forNull!;
            return IsReplaced(Nulls, "null");
        }
        value = get(row);
        if (value is not string { Length: 0 }) return true;
        // Oracle has no empty string: it is null there, so it is null here, or a required column would fail in the database alone.
        value = _forEmpty!;
        return IsReplaced(EmptyTexts, "empty");
    }

    public Wire<TWire> Wire => mapping.Wire;

    public OracleDbType DbType { get; } = Wire<TWire>.DbTypeOf(type);

    public override ColumnValues<TRow> NewValues() => new ColumnValues<TRow, TWire>(this);

    public override void Digest(TRow row, RowDigest digest)
    {
        try
        {
            if (!TryGet(row, out var value))
            {
                digest.AddNull();
                return;
            }
            digest.Add(1L);                 // or null and -1 were the same
            Wire.Digest(value, digest);
        }
        catch (UnfitValueException unfit)
        {
            digest.Add(unfit.Message);
        }
    }

    public override OracleColumn<TRow> With(string columnName, bool mayBeNull, bool isPartOfKey)
        => new OracleColumn<TRow, TWire>(mapping, Member, columnName, Type, mayBeNull, isPartOfKey, isNull, get) { Nulls = Nulls, EmptyTexts = EmptyTexts, _forNull = _forNull, _forEmpty = _forEmpty };

    public override OracleColumn<TRow> With(ValueRule nulls, ValueRule emptyTexts)
        => new OracleColumn<TRow, TWire>(mapping, Member, Name, Type, IsNullable, IsKey, isNull, get) { Nulls = nulls, EmptyTexts = emptyTexts, _forNull = Replacement(nulls), _forEmpty = Replacement(emptyTexts) };

    private bool IsReplaced(ValueRule rule, string what)
        => rule.Rejects ? throw new UnfitValueException($"{Name} is {what}, and the table takes no row like that") : rule.Replacement is not null;

    private TWire? Replacement(ValueRule rule)
    {
        if (rule.Replacement is null) return default;
        if (mapping.TryConvert(rule.Replacement, out var wire) && wire is not string { Length: 0 }) return wire;
        throw new ArgumentException($"'{rule.Replacement}' cannot take the place of a missing {Property}: it must be a {mapping.Value.Name}, and no empty text.");
    }
}
