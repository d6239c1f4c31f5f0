using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using System.Linq.Expressions;
using System.Reflection;

namespace KafkaOracle.Reactive;

/// <summary>Finds the columns of a row type: its public properties, in the order in which they are declared.</summary>
internal static class RowMapping
{
    private const int SingleLane = -1;

    // Oracle limits an index entry to about 6,400 bytes with blocks of 8 KB, so a key's text is short unless the type says more.
    private const int KeyLength = 200, TextLength = 4000, RawLength = 2000;

    public static OracleColumn<TRow>[] ColumnsOf<TRow>(IReadOnlyCollection<string> except)
    {
        OracleColumn<TRow>[] columns = [.. PropertiesOf(typeof(TRow)).Where(p => !except.Contains(p.Name)).Select(ColumnOf<TRow>)];
        if (columns.Length == 0) throw new ArgumentException($"{typeof(TRow)} has no public properties, so it makes no columns.");
        return columns;
    }

    /// <summary>The column for the start of the era that a row belongs to, which is known of its origin.</summary>
    public static OracleColumn<RowOrigin> EraColumn(string name, bool isKey = false)
        => ValueMappings.Find(typeof(DateTimeOffset))!.Column<RowOrigin>(typeof(RowOrigin).GetProperty(nameof(RowOrigin.EraStart))!, name, OracleType.Timestamp(), isNullable: false, isKey);

    /// <summary>The column for the lane that produced a row, which is known of its origin: -1 where a single lane did.</summary>
    public static OracleColumn<RowOrigin> LaneColumn(string name)
        => ValueMappings.Find(typeof(int))!.Column<RowOrigin>(typeof(RowOrigin).GetProperty(nameof(RowOrigin.Lane))!, name, OracleType.Number(10, 0), isNullable: false, isKey: false)
            .With(nulls: ValueRule.Replace(SingleLane), emptyTexts: ValueRule.AsIs);

    /// <summary>A type's mapped properties, in the order in which they are declared, those of a base type first.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(p => p.GetMethod is not null && p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<NotMappedAttribute>() is null && p.Name != "EqualityContract")
        .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken);

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
        var mapping = ValueMappings.Find(property.PropertyType)
            ?? throw new ArgumentException($"Property {property.Name} of {typeof(TRow)} is a {property.PropertyType.Name}, which has no column type. Mark it [NotMapped], leave it out in For(…), or give the row a property of a type that has one.");
        var isNullable = property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : new NullabilityInfoContext().Create(property).ReadState != NullabilityState.NotNull;
        var isKey = property.GetCustomAttribute<KeyAttribute>() is not null;
        var type = TypeOf(property, mapping, isKey);
        return mapping.Column<TRow>(property, NameOf(property), type, isNullable, isKey);
    }

    /// <summary>The name of a property's column.</summary>
    public static string NameOf(MemberInfo property) => OracleName.Checked(property.GetCustomAttribute<ColumnAttribute>()?.Name ?? OracleName.FromClr(property.Name), property.Name);

    private static OracleType TypeOf(PropertyInfo property, ValueMapping mapping, bool isKey)
    {
        var length = property.GetCustomAttribute<MaxLengthAttribute>()?.Length ?? property.GetCustomAttribute<StringLengthAttribute>()?.MaximumLength;
        if (length is <= 0) length = int.MaxValue;              // [MaxLength] without a number: as much as there is
        if (mapping.Value == typeof(string)) return length is > TextLength ? OracleType.Clob() : OracleType.Varchar(length ?? (isKey ? KeyLength : TextLength));
        if (mapping.Value == typeof(byte[])) return length is > RawLength ? OracleType.Blob() : OracleType.Raw(length ?? RawLength);
        return mapping.Value.IsEnum && length is { } names ? OracleType.Varchar(Math.Min(names, TextLength)) : mapping.Type;
    }
}
