using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using System.Linq.Expressions;
using System.Reflection;

namespace KafkaOracle.Reactive;

/// <summary>Finds the columns of a row type: its public properties, in the order in which they are declared.</summary>
internal static class RowMapping
{
    // Oracle limits an index entry to about 6,400 bytes with blocks of 8 KB, so a key's text is short unless the type says more.
    private const int KeyLength = 200, TextLength = 4000, RawLength = 2000;

    public static OracleColumn<TRow>[] ColumnsOf<TRow>()
    {
        var type = typeof(TRow);
        var declared = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.GetMethod is not null && p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<NotMappedAttribute>() is null && p.Name != "EqualityContract")
            .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken);
        OracleColumn<TRow>[] columns = [.. declared.Select(ColumnOf<TRow>)];
        if (columns.Length == 0) throw new ArgumentException($"{type} has no public properties, so it makes no columns.");
        return columns;
    }

    /// <summary>The column with a type that keeps the offset from UTC; null when the property has none.</summary>
    public static OracleColumn<TRow>? Zoned<TRow>(OracleColumn<TRow> column, OracleType type)
    {
        var property = typeof(TRow).GetProperty(column.Property, BindingFlags.Instance | BindingFlags.Public)!;
        var row = Expression.Parameter(typeof(TRow), "row");
        var value = Expression.Property(row, property);
        Func<TRow, bool> isNull;
        Expression instant;
        if (property.PropertyType == typeof(DateTimeOffset)) (isNull, instant) = (_ => false, value);
        else if (property.PropertyType == typeof(DateTimeOffset?))
            (isNull, instant) = (Expression.Lambda<Func<TRow, bool>>(Expression.Not(Expression.Property(value, "HasValue")), row).Compile(), Expression.Property(value, "Value"));
        else return null;
        return new OracleColumn<TRow, DateTimeOffset>(
            column.Property, column.Name, type, column.IsNullable, column.IsKey, isNull, Expression.Lambda<Func<TRow, DateTimeOffset>>(instant, row).Compile(),
            static (v, d) =>
            {
                d.Add(v.UtcTicks);
                d.Add(v.Offset.Ticks);
            });
    }

    /// <summary>The property that an expression such as <c>r => r.Amount</c> names.</summary>
    /// <exception cref="ArgumentException">It names none.</exception>
    public static string PropertyOf<TRow>(Expression<Func<TRow, object?>> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        var body = property.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : property.Body;
        return body is MemberExpression { Expression: ParameterExpression, Member: PropertyInfo { Name: var name } }
            ? name : throw new ArgumentException($"{property} names no property of {typeof(TRow)}. Write it as r => r.Property.", nameof(property));
    }

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;

    private static OracleColumn<TRow> ColumnOf<TRow>(PropertyInfo property)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        Expression value = Expression.Property(row, property);
        var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var isNullable = !property.PropertyType.IsValueType ? new NullabilityInfoContext().Create(property).ReadState != NullabilityState.NotNull : inner != property.PropertyType;
        Expression isNull = property.PropertyType.IsValueType && inner == property.PropertyType ? Expression.Constant(false) : Expression.Equal(value, Expression.Constant(null, property.PropertyType));
        if (inner != property.PropertyType) value = Expression.Property(value, nameof(Nullable<>.Value));

        var isKey = property.GetCustomAttribute<KeyAttribute>() is not null;
        var annotated = property.GetCustomAttribute<ColumnAttribute>();
        var name = OracleName.Checked(annotated?.Name ?? OracleName.FromClr(property.Name), property.Name);
        var length = property.GetCustomAttribute<MaxLengthAttribute>()?.Length ?? property.GetCustomAttribute<StringLengthAttribute>()?.MaximumLength;
        if (length is <= 0) length = int.MaxValue;              // [MaxLength] without a number: as much as there is

        if (inner.IsEnum) return Make<string>(Expression.Call(typeof(EnumNames<>).MakeGenericType(inner), nameof(EnumNames<>.Of), null, value), OracleType.Varchar(Math.Min(length ?? 100, TextLength)), (v, d) => d.Add(v));
        if (inner == typeof(Guid)) return Make<byte[]>(Expression.Call(value, nameof(Guid.ToByteArray), null, Expression.Constant(true)), OracleType.Raw(16), (v, d) => d.Add(v.AsSpan()));
        if (inner == typeof(DateTimeOffset)) return Make<DateTime>(Expression.Property(value, nameof(DateTimeOffset.UtcDateTime)), OracleType.Timestamp(), (v, d) => d.Add(v));
        if (inner == typeof(DateOnly)) return Make<DateTime>(Expression.Call(value, nameof(DateOnly.ToDateTime), null, Expression.Constant(TimeOnly.MinValue)), OracleType.Date(), (v, d) => d.Add(v));
        if (inner == typeof(DateTime)) return Make<DateTime>(value, OracleType.Timestamp(), (v, d) => d.Add(v));
        if (inner == typeof(bool)) return Make<int>(Expression.Condition(value, Expression.Constant(1), Expression.Constant(0)), OracleType.Number(1), (v, d) => d.Add(v));
        if (inner == typeof(byte) || inner == typeof(sbyte) || inner == typeof(short) || inner == typeof(ushort) || inner == typeof(int)) return Make<int>(Expression.Convert(value, typeof(int)), OracleType.Number(10), (v, d) => d.Add(v));
        if (inner == typeof(uint)) return Make<long>(Expression.Convert(value, typeof(long)), OracleType.Number(10), (v, d) => d.Add(v));
        if (inner == typeof(ulong)) return Make<decimal>(Expression.Convert(value, typeof(decimal)), OracleType.Number(20), (v, d) => d.Add(v));
        if (inner == typeof(char)) return Make<string>(Expression.Call(value, nameof(ToString), null), OracleType.Varchar(1), (v, d) => d.Add(v));
        if (inner == typeof(long)) return Make<long>(value, OracleType.Number(19), (v, d) => d.Add(v));
        if (inner == typeof(decimal)) return Make<decimal>(value, OracleType.Number(), (v, d) => d.Add(v));
        if (inner == typeof(double) || inner == typeof(float)) return Make<double>(Expression.Convert(value, typeof(double)), OracleType.BinaryDouble(), (v, d) => d.Add(v));
        if (inner == typeof(byte[])) return Make<byte[]>(value, length is > RawLength ? OracleType.Blob() : OracleType.Raw(length ?? RawLength), (v, d) => d.Add(v.AsSpan()));
        if (inner == typeof(string))
        {
            // Oracle has no empty string: it is null there, so it is null here, or a required column would fail in the database alone.
            isNull = Expression.Call(typeof(string), nameof(string.IsNullOrEmpty), null, value);
            return Make<string>(value, length is > TextLength ? OracleType.Clob() : OracleType.Varchar(length ?? (isKey ? KeyLength : TextLength)), (v, d) => d.Add(v));
        }
        throw new ArgumentException($"Property {property.Name} of {typeof(TRow)} is a {property.PropertyType.Name}, which has no column type. Mark it [NotMapped], or give the row a property of a type that has one.");

        OracleColumn<TRow> Make<TWire>(Expression wire, OracleType type, Action<TWire, RowDigest> digest) => new OracleColumn<TRow, TWire>(
            property.Name, name, type, isNullable, isKey, Expression.Lambda<Func<TRow, bool>>(isNull, row).Compile(), Expression.Lambda<Func<TRow, TWire>>(wire, row).Compile(), digest);
    }

    /// <summary>The names of an enum, so that no value is boxed to find its own.</summary>
    private static class EnumNames<TEnum> where TEnum : struct, Enum
    {
        private static readonly FrozenDictionary<TEnum, string> Names = Enum.GetValues<TEnum>().Distinct().ToFrozenDictionary(v => v, v => v.ToString());

        public static string Of(TEnum value) => Names.TryGetValue(value, out var name) ? name : value.ToString();
    }
}
