using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaOracle.Reactive;

/// <summary>A column that is there, as USER_TAB_COLUMNS describes it.</summary>
/// <param name="Name">COLUMN_NAME.</param>
/// <param name="FullType">DATA_TYPE: for times and intervals with their digits.</param>
/// <param name="Length">Characters or bytes of a text, bytes of a RAW.</param>
/// <param name="IsInBytes">Whether a text's length counts bytes.</param>
/// <param name="Precision">DATA_PRECISION.</param>
/// <param name="Scale">DATA_SCALE.</param>
/// <param name="IsNullable">NULLABLE.</param>
/// <param name="HasDefault">Whether there is a DATA_DEFAULT.</param>
internal sealed partial record ExistingColumn(string Name, string FullType, int Length, bool IsInBytes, int? Precision, int? Scale, bool IsNullable, bool HasDefault)
{
    /// <summary>The type without its digits: those of TIMESTAMP(6) WITH TIME ZONE stand in the middle.</summary>
    public string Type { get; } = Digits.Replace(FullType, "");

    /// <summary>The fractional digits of a second: the last number in the type.</summary>
    public int SecondDigits => Digits.Matches(FullType) is { Count: > 0 } found ? int.Parse(found[^1].Groups[1].Value, CultureInfo.InvariantCulture) : 6;

    /// <summary>The digits of an interval's days.</summary>
    public int DayDigits => FullType.StartsWith("INTERVAL DAY(", StringComparison.Ordinal) ? int.Parse(Digits.Match(FullType).Groups[1].Value, CultureInfo.InvariantCulture) : 2;

    [GeneratedRegex(@"\((\d+)\)")]
    private static partial Regex Digits { get; }
}

/// <summary>What of a column that is there does not fit the rows, each with the statement that mends it.</summary>
internal static class ColumnCheck
{
    public static string AddSql(OracleTable table, OracleColumn column) => $"ALTER TABLE {OracleName.Quoted(table.Name)} ADD {OracleName.Quoted(column.Name)} {column.Type.Ddl}";

    public static IEnumerable<string> Differences(OracleTable table, OracleColumn column, ExistingColumn? there)
    {
        var (name, wanted) = ($"{table.Name}.{column.Name}", column.Type);
        var modify = $"ALTER TABLE {OracleName.Quoted(table.Name)} MODIFY {OracleName.Quoted(column.Name)}";
        if (column.IsOrigin && there is not { IsNullable: false }) return [Unfilled(table, column, there is not null)];
        if (there is null) return [$"{name} is missing: {AddSql(table, column)}"];
        if (!IsSameFamily(wanted.Family, there.Type)) return [$"{name} is {there.FullType}, the rows need {wanted.Ddl}: add a column of that type under another name, or map the property to another type"];
        return new[] { Size(name, modify, column, there), Digits(name, modify, column, there), Nullability(name, modify, column, there) }.OfType<string>();
    }

    private static string? Nullability(string name, string modify, OracleColumn column, ExistingColumn there)
        => column.IsNullable && !there.IsNullable ? $"{name} is NOT NULL, the rows may have no value there: {modify} NULL" : null;

    private static string? Size(string name, string modify, OracleColumn column, ExistingColumn there)
    {
        var wanted = column.Type;
        if (wanted.Family == "VARCHAR2" && there.IsInBytes && !wanted.IsInBytes)
            // A character takes up to 4 bytes, all of them together at most 4000.
            return there.Length >= Math.Min(4 * wanted.Size, 4000) ? null
                : $"{name} holds {there.Length} bytes, the rows up to {wanted.Size} characters of up to 4 bytes: {modify} {wanted.Ddl}, or say Column(r => r.{column.Property}, OracleType.VarcharBytes({there.Length})) to have it so";
        return wanted.Size > there.Length && there.Type is not ("CLOB" or "NCLOB" or "BLOB")
            ? $"{name} holds {there.Length}, the rows up to {wanted.Size}: {modify} {wanted.Ddl}" : null;
    }

    private static string? Digits(string name, string modify, OracleColumn column, ExistingColumn there)
    {
        var wanted = column.Type;
        if (wanted is { Family: "NUMBER", Precision: null } && there is { Type: "NUMBER", Precision: not null })
            return $"{name} is NUMBER({there.Precision},{there.Scale ?? 0}), which would round what has more digits: {modify} NUMBER, or say Column(r => r.{column.Property}, OracleType.Number({there.Precision}, {there.Scale ?? 0})) to have it so";
        if (wanted is { Family: "NUMBER", Precision: { } precision, Scale: { } scale } && there is { Type: "NUMBER", Precision: { } has } && (has - (there.Scale ?? 0) < precision - scale || (there.Scale ?? 0) < scale))
            return $"{name} is NUMBER({has},{there.Scale ?? 0}), the rows need {wanted.Ddl}: {modify} {wanted.Ddl}";
        if (wanted.Family.StartsWith("TIMESTAMP", StringComparison.Ordinal) && there.Type.StartsWith("TIMESTAMP", StringComparison.Ordinal) && there.SecondDigits < wanted.Scale)
            return $"{name} is {there.FullType}, which would round the rows' {wanted.Scale} digits of a second: {modify} {wanted.Ddl}, or say Column(r => r.{column.Property}, OracleType.{(wanted.Family == "TIMESTAMP" ? "Timestamp" : "TimestampTz")}({there.SecondDigits})) to have it so";
        if (wanted.Family == "INTERVAL DAY TO SECOND" && (there.SecondDigits < wanted.Scale || there.DayDigits < wanted.Precision))
            return $"{name} is {there.FullType}, the rows need {wanted.Ddl}: {modify} {wanted.Ddl}, or say Column(r => r.{column.Property}, OracleType.IntervalDayToSecond({there.DayDigits}, {there.SecondDigits})) to have it so";
        return null;
    }

    // A row without an era, or a lane, would stay when its era is replaced, and be there twice.
    private static string Unfilled(OracleTable table, OracleColumn column, bool isThere)
    {
        var (alter, quoted) = ($"ALTER TABLE {OracleName.Quoted(table.Name)}", OracleName.Quoted(column.Name));
        return $"{table.Name}.{column.Name}, the {(column.IsEra ? "era" : "lane")} column, {(isThere ? "may be null" : "is missing")}: {(isThere ? "" : $"{AddSql(table, column)}, ")}"
            + $"set it in the rows that are there to {(column.IsEra ? "the start of the era they belong to, in UTC" : "the number of the partition that they came from; to -1 in those of eras that have ended, where it is not known")}, and {alter} MODIFY {quoted} NOT NULL";
    }

    private static bool IsSameFamily(string wanted, string there) => wanted == there || (wanted, there) switch
    {
        ("VARCHAR2", "NVARCHAR2" or "CHAR" or "NCHAR" or "CLOB" or "NCLOB") => true,
        ("NVARCHAR2", "NCHAR" or "NCLOB") => true,
        ("NUMBER", "FLOAT") => true,
        ("BINARY_DOUBLE", "NUMBER" or "FLOAT") => true,
        ("BINARY_FLOAT", "BINARY_DOUBLE" or "NUMBER" or "FLOAT") => true,
        ("DATE", "TIMESTAMP") => true,
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE") => true,
        ("CLOB", "NCLOB" or "JSON") => true,
        ("RAW", "BLOB") => true,
        _ => false,
    };
}
