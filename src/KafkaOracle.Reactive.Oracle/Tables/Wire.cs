using System.Globalization;
using System.Text.Json;
using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive;

/// <summary>What the driver takes and gives as the elements of a column: how they are read, shown as JSON, digested and added.</summary>
/// <param name="Read">Takes a value that is not null out of a result.</param>
/// <param name="ToJson">Writes it into the payload of a reject.</param>
/// <param name="FromJson">Takes it back from there.</param>
/// <param name="Digest">Adds it to a row's digest.</param>
/// <param name="Add">Adds two; null where there are no sums.</param>
internal sealed record Wire<T>(Func<OracleDataReader, int, T> Read, Action<Utf8JsonWriter, T> ToJson, Func<JsonElement, T> FromJson, Action<T, RowDigest> Digest, TryAdd<T>? Add = null)
{
    /// <summary>How the driver is told the type of a column.</summary>
    public static OracleDbType DbTypeOf(OracleType type) => type.Family switch
    {
        // As what they are: the driver would make a decimal of each integer first.
        "NUMBER" when typeof(T) == typeof(int) => OracleDbType.Int32,
        "NUMBER" when typeof(T) == typeof(long) => OracleDbType.Int64,
        "NUMBER" => OracleDbType.Decimal,
        "VARCHAR2" => OracleDbType.Varchar2,
        "NVARCHAR2" => OracleDbType.NVarchar2,
        "CLOB" => OracleDbType.Clob,
        "NCLOB" => OracleDbType.NClob,
        "BLOB" => OracleDbType.Blob,
        "RAW" => OracleDbType.Raw,
        "BINARY_DOUBLE" => OracleDbType.BinaryDouble,
        "BINARY_FLOAT" => OracleDbType.BinaryFloat,
        "DATE" => OracleDbType.Date,
        "TIMESTAMP WITH TIME ZONE" => OracleDbType.TimeStampTZ,
        "INTERVAL DAY TO SECOND" => OracleDbType.IntervalDS,
        _ => OracleDbType.TimeStamp,
    };
}

internal static class Wires
{
    public static readonly Wire<int> Int = new(
        (r, i) => r.GetInt32(i), (j, v) => j.WriteNumberValue(v), j => j.GetInt32(), (v, d) => d.Add(v), Sums.Int);

    public static readonly Wire<long> Long = new(
        (r, i) => r.GetInt64(i), (j, v) => j.WriteNumberValue(v), j => j.GetInt64(), (v, d) => d.Add(v), Sums.Long);

    public static readonly Wire<decimal> Decimal = new(
        (r, i) => Exactly(r, i), (j, v) => j.WriteNumberValue(v), j => j.GetDecimal(), (v, d) => d.Add(v), Sums.Decimal);

    /// <summary>All 38 digits. As text in JSON, whose readers take numbers for doubles.</summary>
    public static readonly Wire<OracleDecimal> Number = new(
        (r, i) => r.GetOracleDecimal(i), (j, v) => j.WriteStringValue(v.ToString()), j => OracleDecimal.Parse(j.GetString()!), (v, d) => d.Add(v.ToString()), Sums.Number);

    public static readonly Wire<double> Double = new(
        (r, i) => r.GetDouble(i), Write, j => j.ValueKind == JsonValueKind.String ? double.Parse(j.GetString()!, CultureInfo.InvariantCulture) : j.GetDouble(), (v, d) => d.Add(v), Sums.Double);

    public static readonly Wire<float> Float = new(
        (r, i) => r.GetFloat(i), (j, v) => Write(j, v), j => j.ValueKind == JsonValueKind.String ? float.Parse(j.GetString()!, CultureInfo.InvariantCulture) : j.GetSingle(), (v, d) => d.Add((double)v), Sums.Float);

    public static readonly Wire<string> Text = new(
        (r, i) => r.GetString(i), (j, v) => j.WriteStringValue(v), j => j.GetString()!, (v, d) => d.Add(v));

    /// <summary>Shown in hexadecimal digits, as people read bytes.</summary>
    public static readonly Wire<byte[]> Bytes = new(
        (r, i) => (byte[])r.GetValue(i), (j, v) => j.WriteStringValue(Convert.ToHexString(v)), j => Convert.FromHexString(j.GetString()!), (v, d) => d.Add(v.AsSpan()));

    public static readonly Wire<DateTime> Time = new(
        (r, i) => r.GetDateTime(i), (j, v) => j.WriteStringValue(v), j => j.GetDateTime(), (v, d) => d.Add(v));

    public static readonly Wire<DateTimeOffset> Zoned = new(
        (r, i) => r.GetDateTimeOffset(i), (j, v) => j.WriteStringValue(v), j => j.GetDateTimeOffset(),
        (v, d) =>
        {
            d.Add(v.UtcTicks);
            d.Add(v.Offset.Ticks);
        });

    public static readonly Wire<TimeSpan> Interval = new(
        (r, i) => r.GetTimeSpan(i), (j, v) => j.WriteStringValue(v.ToString("c", CultureInfo.InvariantCulture)), j => TimeSpan.ParseExact(j.GetString()!, "c", CultureInfo.InvariantCulture), (v, d) => d.Add(v.Ticks));

    // JSON has no numbers for NaN and the infinities.
    private static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static decimal Exactly(OracleDataReader reader, int column)
    {
        var number = reader.GetOracleDecimal(column);
        try
        {
            var value = (decimal)number;
            if (new OracleDecimal(value) == number) return value;
        }
        catch (OverflowException)
        {
            // as below
        }
        throw new UnfitValueException($"{number} has more digits than a decimal holds; give the property the type OracleDecimal, or BigInteger for a whole number");
    }
}
