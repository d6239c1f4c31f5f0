using System.Globalization;

namespace KafkaOracle.Reactive.Conformance;

/// <summary>Writes values the same way wherever they come from.</summary>
public static class Show
{
    /// <summary>A row's values, separated by bars; NULL is "null", bytes are hexadecimal digits, spans are days and time or years and months, times have as many digits as they need.</summary>
    public static string Row(OracleDataReader reader) => string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Column(reader, i)));

    public static string Value(object? value) => value switch
    {
        null or DBNull or INullable { IsNull: true } => "null",
        OracleDate date => Time(date.Value),
        OracleTimeStamp at => Time(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second, at.Nanosecond),
        OracleTimeStampTZ at => $"{Time(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second, at.Nanosecond)} {at.TimeZone}",
        OracleTimeStampLTZ at => Time(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second, at.Nanosecond),
        OracleIntervalDS span => $"{(span.TotalDays < 0 ? "-" : "")}{Math.Abs(span.Days)} {Time(span.Hours, span.Minutes, span.Seconds, span.Nanoseconds)}",
        OracleIntervalYM span => $"{(span.TotalYears < 0 ? "-" : "")}{Math.Abs(span.Years)}-{Math.Abs(span.Months)}",
        OracleBinary bytes => Convert.ToHexString(bytes.Value),
        OracleBlob bytes => Convert.ToHexString(bytes.Value),
        OracleClob text => text.Value,
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime at => Time(at),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Column(OracleDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return "null";
        return reader.GetDataTypeName(column) switch
        {
            "BinaryDouble" => Value(reader.GetDouble(column)),
            "BinaryFloat" => Value(reader.GetFloat(column)),
            _ => Value(reader.GetOracleValue(column)),
        };
    }

    private static string Time(DateTime at) => at.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static string Time(int year, int month, int day, int hour, int minute, int second, int nanosecond) => string.Create(
        CultureInfo.InvariantCulture,
        $"{year:0000}-{month:00}-{day:00} {Time(hour, minute, second, nanosecond)}");

    private static string Time(int hour, int minute, int second, int nanosecond) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Math.Abs(hour):00}:{Math.Abs(minute):00}:{Math.Abs(second):00}.{Math.Abs(nanosecond):000000000}").TrimEnd('0').TrimEnd('.');
}
