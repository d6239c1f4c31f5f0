using System.Linq.Expressions;
using System.Reflection;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>How values of one .NET type go into columns of some types, and come back.</summary>
internal abstract class ValueMapping(Type value, OracleType type, string[] families)
{
    /// <summary>The .NET type, never nullable.</summary>
    public Type Value => value;

    /// <summary>The column's type where nothing else is said.</summary>
    public OracleType Type => type;

    public bool Takes(OracleType other) => families.Contains(other.Family);

    public abstract OracleColumn<TRow> Column<TRow>(PropertyInfo property, string name, OracleType type, bool isNullable, bool isKey);

    /// <summary>Reads such values out of a result, or out of a payload where they have a name.</summary>
    public abstract ColumnReader Reader(string column, int ordinal, string? name = null);

    /// <summary>A single value, bound to a statement.</summary>
    public abstract OracleParameter Bind(object value);
}

/// <inheritdoc/>
internal abstract class ValueMapping<TWire>(Type value, OracleType type, Wire<TWire> wire, string[] families) : ValueMapping(value, type, families)
{
    /// <summary>How the driver takes the values.</summary>
    public Wire<TWire> Wire => wire;

    /// <summary>Turns a value into what the driver takes; false where it is of another type.</summary>
    public abstract bool TryConvert(object value, out TWire converted);
}

/// <inheritdoc/>
/// <param name="type">The column's type where nothing else is said.</param>
/// <param name="wire">How the driver takes it.</param>
/// <param name="to">Turns a value into what the driver takes. An expression, so that it becomes one with the property's access.</param>
/// <param name="from">Turns it back.</param>
/// <param name="families">The types of columns that take it.</param>
internal sealed class ValueMapping<TValue, TWire>(OracleType type, Wire<TWire> wire, Expression<Func<TValue, TWire>> to, Func<TWire, TValue> from, params string[] families)
    : ValueMapping<TWire>(typeof(TValue), type, wire, families)
{
    public override bool TryConvert(object value, out TWire converted)
    {
        converted = value is TValue typed ? to.Compile()(typed) : default!;
        return value is TValue;
    }

    /// <summary>Turns back what the driver gave.</summary>
    public TValue From(TWire given) => from(given);

    public override ColumnReader Reader(string column, int ordinal, string? name = null) => new ColumnReader<TValue, TWire>(this, column, ordinal, name);

    public override OracleParameter Bind(object value)
        => new() { OracleDbType = Wire<TWire>.DbTypeOf(Type), Value = TryConvert(value, out var converted) ? converted : throw new ArgumentException($"'{value}' is no {typeof(TValue).Name}.", nameof(value)) };

    public override OracleColumn<TRow> Column<TRow>(PropertyInfo property, string name, OracleType columnType, bool isNullable, bool isKey)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        Expression value = Expression.Property(row, property);
        Expression isNull = property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null
            ? Expression.Constant(false)
            : Expression.Equal(value, Expression.Constant(null, property.PropertyType));
        if (Nullable.GetUnderlyingType(property.PropertyType) is not null) value = Expression.Property(value, nameof(Nullable<>.Value));
        var get = new Inlined(to.Parameters[0], value).Visit(to.Body);
        return new OracleColumn<TRow, TWire>(
            this, property, name, columnType, isNullable, isKey, Expression.Lambda<Func<TRow, bool>>(isNull, row).Compile(), Expression.Lambda<Func<TRow, TWire>>(get, row).Compile());
    }

    private sealed class Inlined(ParameterExpression parameter, Expression value) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? value : node;
    }
}
