using System.Text.Json;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Where a row is read from: the result of a query, or a reject's payload.</summary>
internal readonly record struct RowSource(OracleDataReader? Result, JsonElement Payload);

/// <summary>Reads one column of a row.</summary>
internal abstract class ColumnReader
{
    public abstract bool IsNull(RowSource row);

    /// <summary>A reader of what a query returns in a column.</summary>
    /// <param name="type">The type to be read, not nullable.</param>
    /// <param name="result">The query's result.</param>
    /// <param name="ordinal">The column.</param>
    /// <exception cref="UnfitValueException">A column of its type is never of that type.</exception>
    public static ColumnReader Of(Type type, OracleDataReader result, int ordinal)
    {
        var column = result.GetDataTypeName(ordinal);
        var kind = result.GetFieldType(ordinal);
        // Of a type with several mappings, that one which the column is made for.
        var family = type == typeof(DateTimeOffset) ? column == "TimeStampTZ" ? OracleType.TimestampTz() : OracleType.Timestamp()
            : type.IsEnum ? kind == typeof(string) ? OracleType.Varchar(1) : OracleType.Number()
            : type == typeof(Guid) ? kind == typeof(string) ? OracleType.Varchar(1) : OracleType.Raw(16)
            : null;
        var mapping = ValueMappings.Find(type, family) ?? throw new UnfitValueException($"{type.Name} has no column type");
        return mapping.Reader($"Column {result.GetName(ordinal)}, a {column},", ordinal);
    }
}

/// <inheritdoc/>
internal abstract class ColumnReader<TValue> : ColumnReader
{
    public abstract TValue Read(RowSource row);
}

/// <inheritdoc/>
/// <param name="mapping">How its values come back.</param>
/// <param name="column">What messages call it.</param>
/// <param name="ordinal">Where it is in a result.</param>
/// <param name="name">What it is called in a payload.</param>
internal sealed class ColumnReader<TValue, TWire>(ValueMapping<TValue, TWire> mapping, string column, int ordinal, string? name) : ColumnReader<TValue>
{
    public override bool IsNull(RowSource row)
        => row.Result is { } result ? result.IsDBNull(ordinal) : !row.Payload.TryGetProperty(name!, out var value) || value.ValueKind == JsonValueKind.Null;

    public override TValue Read(RowSource row)
    {
        try
        {
            return mapping.From(row.Result is { } result ? mapping.Wire.Read(result, ordinal) : mapping.Wire.FromJson(row.Payload.GetProperty(name!)));
        }
        catch (Exception fault) when (fault is InvalidCastException or OverflowException or FormatException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or UnfitValueException)
        {
            throw new UnfitValueException($"{column} does not fit a {typeof(TValue).Name}: {fault.Message.TrimEnd('.')}");
        }
    }
}
