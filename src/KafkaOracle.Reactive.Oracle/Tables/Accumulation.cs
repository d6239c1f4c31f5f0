using System.Linq.Expressions;

namespace KafkaOracle.Reactive;

/// <summary>Says, for each column that is not part of the key, how a row's value is combined with the stored one.</summary>
/// <remarks>A null changes nothing, and a stored null is taken for no value yet; but for <see cref="Last"/>, which takes nulls as they come.</remarks>
public sealed class Accumulation<T>
{
    private readonly Dictionary<string, Combination> _columns = [];

    internal Accumulation() { }

    /// <summary>Adds to the stored value. A count is a sum of ones.</summary>
    /// <param name="properties">Numbers. For example <c>r => r.Amount, r => r.Lines</c>.</param>
    /// <remarks>Integers and decimals are added exactly. Sums of double and float round, differently with each order and grouping of the rows.</remarks>
    public Accumulation<T> Sum(params Expression<Func<T, object?>>[] properties) => Set(Combination.Sum, properties);

    /// <summary>Keeps the smaller of both.</summary>
    /// <param name="properties">Numbers or points in time.</param>
    public Accumulation<T> Min(params Expression<Func<T, object?>>[] properties) => Set(Combination.Min, properties);

    /// <summary>Keeps the larger of both.</summary>
    /// <param name="properties">Numbers or points in time.</param>
    public Accumulation<T> Max(params Expression<Func<T, object?>>[] properties) => Set(Combination.Max, properties);

    /// <summary>Keeps what the first row of the key brought, null included.</summary>
    /// <param name="properties">For example <c>r => r.OpenedBy</c>.</param>
    public Accumulation<T> First(params Expression<Func<T, object?>>[] properties) => Set(Combination.First, properties);

    /// <summary>Replaces the stored value, as an upsert does.</summary>
    /// <param name="properties">For example <c>r => r.UpdatedAt</c>.</param>
    public Accumulation<T> Last(params Expression<Func<T, object?>>[] properties) => Set(Combination.Last, properties);

    internal IReadOnlyDictionary<string, Combination> Columns => _columns;

    private Accumulation<T> Set(Combination combination, Expression<Func<T, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        foreach (var property in properties)
        {
            var name = RowMapping.PropertyOf(property);
            if (!_columns.TryAdd(name, combination)) throw new ArgumentException($"Property {name} is accumulated twice.", nameof(properties));
        }
        return this;
    }
}

/// <summary>How two values of a column become one.</summary>
internal enum Combination
{
    Sum,
    Min,
    Max,
    First,
    Last,
}

/// <summary>MERGE that combines a row with the stored one, column by column.</summary>
internal sealed class AccumulateMode(IReadOnlyDictionary<string, Combination> combinations) : WriteMode
{
    internal override Folding Folding => Folding.Combined;

    internal override Combination CombinationOf(OracleColumn column) => combinations[column.Property];

    internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns)
        => Merge(table, columns, $" WHEN MATCHED THEN UPDATE SET {List(columns.Where(c => !c.IsKey && CombinationOf(c) != Combination.First), c => $"t.{Name(c)} = {Combined(Name(c), CombinationOf(c))}")}");

    internal override void Check(string table, string rowType, IReadOnlyList<OracleColumn> columns)
    {
        base.Check(table, rowType, columns);
        var others = columns.Where(c => !c.IsKey).ToArray();
        if (others.Where(c => !combinations.ContainsKey(c.Property)).Select(c => c.Property).ToArray() is { Length: > 0 } open)
            throw new ArgumentException($"Table {table} accumulates, and nothing says how for {string.Join(", ", open)}: name each in Sum, Min, Max, First or Last.");
        if (combinations.Keys.FirstOrDefault(p => !Array.Exists(others, c => c.Property == p)) is { } odd)
            throw new ArgumentException($"Table {table} accumulates {odd}, which is {(columns.Any(c => c.Property == odd) ? "part of its key" : "no column")}.");
        if (!others.Any(c => CombinationOf(c) != Combination.First))
            throw new ArgumentException($"Table {table} accumulates nothing: a row that is there would never change. InsertIfAbsent() does that.");
        foreach (var column in others)
        {
            if (CombinationOf(column) == Combination.Sum && !column.Type.IsNumeric) throw new ArgumentException($"Table {table}: {column.Name} is {column.Type.Ddl}, which has no sums.");
            if (CombinationOf(column) is Combination.Min or Combination.Max && !column.Type.IsOrdered) throw new ArgumentException($"Table {table}: {column.Name} is {column.Type.Ddl}; a minimum or maximum is that of numbers or points in time.");
        }
    }

    // A sum or LEAST with a null is null: then whichever of both there is.
    private static string Combined(string name, Combination combination) => combination switch
    {
        Combination.Sum => $"COALESCE(t.{name} + s.{name}, t.{name}, s.{name})",
        Combination.Min => $"COALESCE(LEAST(t.{name}, s.{name}), t.{name}, s.{name})",
        Combination.Max => $"COALESCE(GREATEST(t.{name}, s.{name}), t.{name}, s.{name})",
        _ => $"s.{name}",
    };

    public override string ToString() => "accumulate";
}
