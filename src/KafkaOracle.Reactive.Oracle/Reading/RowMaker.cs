using System.Linq.Expressions;
using System.Reflection;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Makes rows of one type by the conventions by which tables are mapped: constructor parameters and properties are columns.</summary>
internal sealed class RowMaker<T>
{
    private readonly Func<ColumnReader[], RowSource, T> _make;
    private readonly ColumnReader[] _columns;

    private RowMaker(Func<ColumnReader[], RowSource, T> make, ColumnReader[] columns) => (_make, _columns) = (make, columns);

    private static readonly Plan Properties = ValueMappings.Find(typeof(T)) is null ? Plan.OfProperties() : Plan.OfScalar();

    public T Make(RowSource row) => _make(_columns, row);

    /// <summary>For a query's result. Columns that no property is named after are passed over.</summary>
    /// <exception cref="UnfitValueException">Columns are missing, or never fit: all of them in one message.</exception>
    public static RowMaker<T> For(OracleDataReader result)
    {
        if (Properties.Names is null) return new(Properties.Make, [ColumnReader.Of(Properties.Types[0], result, 0)]);
        var ordinals = Enumerable.Range(0, result.FieldCount).GroupBy(result.GetName, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);
        if (Properties.Names.Where(n => !ordinals.ContainsKey(n)).ToArray() is { Length: > 0 } missing)
            throw new UnfitValueException($"the result has no {string.Join(", ", missing)}, which {typeof(T).Name} needs; name the columns so, or mark properties with [NotMapped]");
        return new(Properties.Make, [.. Properties.Names.Zip(Properties.Types, (name, type) => ColumnReader.Of(type, result, ordinals[name]))]);
    }

    /// <summary>For the payloads of a table's rejects.</summary>
    public static RowMaker<T> For(OracleTable table)
    {
        var columns = Properties.Members.Select(m => table.Columns.FirstOrDefault(c => c.Member.Name == m.Name && !c.IsOrigin)
            ?? throw new ArgumentException($"{typeof(T).Name}.{m.Name} is no column of table {table.Name}, so its rows cannot be made of what was rejected.", nameof(table)));
        return new(Properties.Make, [.. columns.Zip(Properties.Types, (c, type) => ValueMappings.Find(type, c.Type)!.Reader($"{c.Name} of the payload", 0, c.Name))]);
    }

    /// <summary>How a row is made, compiled once a type.</summary>
    private sealed record Plan(Func<ColumnReader[], RowSource, T> Make, IReadOnlyList<MemberInfo> Members, IReadOnlyList<string>? Names, IReadOnlyList<Type> Types)
    {
        private static readonly ParameterExpression Columns = Expression.Parameter(typeof(ColumnReader[]), "columns"), Row = Expression.Parameter(typeof(RowSource), "row");

        public static Plan OfScalar() => new(Compiled(Value(0, typeof(T), IsNullable(typeof(T)), "The value")), [], null, [Bare(typeof(T))]);

        public static Plan OfProperties()
        {
            var properties = RowMapping.PropertiesOf(typeof(T)).ToList();
            var constructor = typeof(T).GetConstructors()
                .Where(c => c.GetParameters().All(p => typeof(T).GetProperty(p.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is not null))
                .MaxBy(c => c.GetParameters().Length);
            if (constructor is null && !typeof(T).IsValueType)
                throw new ArgumentException($"{typeof(T)} has no public constructor whose parameters are named after its properties, so no rows can be made of it.");
            var members = new List<MemberInfo>();
            var types = new List<Type>();
            var arguments = (constructor?.GetParameters() ?? []).Select(p =>
                properties.Find(m => string.Equals(m.Name, p.Name, StringComparison.OrdinalIgnoreCase)) is { } property ? Add(property) : Expression.Default(p.ParameterType)).ToArray();
            Expression made = constructor is null ? Expression.New(typeof(T)) : Expression.New(constructor, arguments);
            var bindings = properties.Where(p => p.SetMethod is { IsPublic: true } && !members.Contains(p)).Select(p => Expression.Bind(p, Add(p))).ToArray();
            return new(Compiled(Expression.MemberInit((NewExpression)made, bindings)), members, [.. members.Select(RowMapping.NameOf)], types);

            Expression Add(PropertyInfo property)
            {
                if (ValueMappings.Find(property.PropertyType) is null) throw new ArgumentException($"Property {property.Name} of {typeof(T)} is a {property.PropertyType.Name}, which no column becomes. Mark it [NotMapped].");
                members.Add(property);
                types.Add(Bare(property.PropertyType));
                return Value(types.Count - 1, property.PropertyType, IsNullable(property), RowMapping.NameOf(property));
            }
        }

        private static ConditionalExpression Value(int index, Type type, bool isNullable, string name)
        {
            var reader = Expression.Convert(Expression.ArrayIndex(Columns, Expression.Constant(index)), typeof(ColumnReader<>).MakeGenericType(Bare(type)));
            // The empty string is stored as null: a property that takes no null gets it back.
            Expression missing = isNullable ? Expression.Default(type)
                : type == typeof(string) ? Expression.Constant("")
                : Expression.Throw(Expression.New(typeof(UnfitValueException).GetConstructor([typeof(string)])!, Expression.Constant($"{name} is null, and {typeof(T).Name} takes no null there")), type);
            var value = Expression.Convert(Expression.Call(reader, nameof(ColumnReader<>.Read), null, Row), type);
            return Expression.Condition(Expression.Call(reader, nameof(ColumnReader.IsNull), null, Row), missing, value);
        }

        private static Func<ColumnReader[], RowSource, T> Compiled(Expression row) => Expression.Lambda<Func<ColumnReader[], RowSource, T>>(row, Columns, Row).Compile();

        private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

        private static bool IsNullable(Type type) => Nullable.GetUnderlyingType(type) is not null || !type.IsValueType;

        private static bool IsNullable(PropertyInfo property)
            => property.PropertyType.IsValueType ? IsNullable(property.PropertyType) : new NullabilityInfoContext().Create(property).ReadState != NullabilityState.NotNull;
    }
}
