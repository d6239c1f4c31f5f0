using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive;

/// <summary>The .NET types that have columns; of several mappings of one type the first is the usual one.</summary>
internal static class ValueMappings
{
    private const string Number = "NUMBER", Varchar = "VARCHAR2", Timestamp = "TIMESTAMP", Date = "DATE";

    private static readonly string[] Texts = [Varchar, "NVARCHAR2", "CLOB", "NCLOB"], Times = [Timestamp, Date];

    private static readonly BigInteger NumberLimit = BigInteger.Pow(10, 38);

    private static readonly ILookup<Type, ValueMapping> All = new ValueMapping[]
    {
        new ValueMapping<bool, int>(OracleType.Number(1), Wires.Int, v => v ? 1 : 0, v => v != 0, Number),
        new ValueMapping<sbyte, int>(OracleType.Number(10), Wires.Int, v => v, v => checked((sbyte)v), Number),
        new ValueMapping<byte, int>(OracleType.Number(10), Wires.Int, v => v, v => checked((byte)v), Number),
        new ValueMapping<short, int>(OracleType.Number(10), Wires.Int, v => v, v => checked((short)v), Number),
        new ValueMapping<ushort, int>(OracleType.Number(10), Wires.Int, v => v, v => checked((ushort)v), Number),
        new ValueMapping<int, int>(OracleType.Number(10), Wires.Int, v => v, v => v, Number),
        new ValueMapping<uint, long>(OracleType.Number(10), Wires.Long, v => v, v => checked((uint)v), Number),
        new ValueMapping<long, long>(OracleType.Number(19), Wires.Long, v => v, v => v, Number),
        new ValueMapping<ulong, decimal>(OracleType.Number(20), Wires.Decimal, v => v, v => checked((ulong)v), Number),
        new ValueMapping<decimal, decimal>(OracleType.Number(), Wires.Decimal, v => v, v => v, Number),
        new ValueMapping<Int128, OracleDecimal>(OracleType.Number(38), Wires.Number, v => Whole(v), v => (Int128)Whole(v), Number),
        new ValueMapping<UInt128, OracleDecimal>(OracleType.Number(38), Wires.Number, v => Whole(v), v => (UInt128)Whole(v), Number),
        new ValueMapping<BigInteger, OracleDecimal>(OracleType.Number(38), Wires.Number, v => Whole(v), v => Whole(v), Number),
        new ValueMapping<OracleDecimal, OracleDecimal>(OracleType.Number(), Wires.Number, v => v, v => v, Number),
        new ValueMapping<double, double>(OracleType.BinaryDouble(), Wires.Double, v => v, v => v, "BINARY_DOUBLE"),
        new ValueMapping<float, float>(OracleType.BinaryFloat(), Wires.Float, v => v, v => v, "BINARY_FLOAT"),
        new ValueMapping<float, double>(OracleType.BinaryDouble(), Wires.Double, v => v, v => (float)v, "BINARY_DOUBLE"),
        new ValueMapping<char, string>(OracleType.Varchar(1), Wires.Text, v => v.ToString(), v => v[0], Texts),
        new ValueMapping<string, string>(OracleType.Varchar(4000), Wires.Text, v => v, v => v, Texts),
        new ValueMapping<JsonElement, string>(OracleType.Json(), Wires.Text, v => v.GetRawText(), v => JsonElement.Parse(v), Texts),
        new ValueMapping<byte[], byte[]>(OracleType.Raw(2000), Wires.Bytes, v => v, v => v, "RAW", "BLOB"),
        new ValueMapping<Guid, byte[]>(OracleType.Raw(16), Wires.Bytes, v => v.ToByteArray(true), v => new Guid(v, true), "RAW"),
        new ValueMapping<Guid, string>(OracleType.Varchar(36), Wires.Text, v => v.ToString("D"), v => Guid.Parse(v), Texts),
        new ValueMapping<DateTime, DateTime>(OracleType.Timestamp(), Wires.Time, v => v, v => v, Times),
        new ValueMapping<DateTimeOffset, DateTime>(OracleType.Timestamp(), Wires.Time, v => v.UtcDateTime, v => new DateTimeOffset(DateTime.SpecifyKind(v, DateTimeKind.Utc)), Times),
        new ValueMapping<DateTimeOffset, DateTimeOffset>(OracleType.TimestampTz(), Wires.Zoned, v => v, v => v, "TIMESTAMP WITH TIME ZONE"),
        new ValueMapping<DateOnly, DateTime>(OracleType.Date(), Wires.Time, v => v.ToDateTime(TimeOnly.MinValue), v => DateOnly.FromDateTime(v), Times),
        new ValueMapping<TimeSpan, TimeSpan>(OracleType.IntervalDayToSecond(), Wires.Interval, v => v, v => v, "INTERVAL DAY TO SECOND"),
        new ValueMapping<TimeOnly, TimeSpan>(OracleType.IntervalDayToSecond(), Wires.Interval, v => v.ToTimeSpan(), v => TimeOnly.FromTimeSpan(v), "INTERVAL DAY TO SECOND"),
    }.ToLookup(m => m.Value);

    /// <summary>The mapping of a .NET type to a column's type, or to the usual one; null where there is none.</summary>
    /// <param name="type">The .NET type, nullable or not.</param>
    /// <param name="column">The column's type.</param>
    public static ValueMapping? Find(Type type, OracleType? column = null)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        var mappings = value.IsEnum
            ? (IEnumerable<ValueMapping>)typeof(ValueMappings).GetMethod(nameof(OfEnum), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(value).Invoke(null, null)!
            : All[value];
        return mappings.FirstOrDefault(m => column is null || m.Takes(column));
    }

    private static ValueMapping[] OfEnum<TEnum>() where TEnum : struct, Enum =>
    [
        new ValueMapping<TEnum, string>(OracleType.Varchar(100), Wires.Text, v => EnumNames<TEnum>.Of(v), v => Enum.Parse<TEnum>(v), Texts),
        new ValueMapping<TEnum, long>(OracleType.Number(19), Wires.Long, v => EnumNames<TEnum>.NumberOf(v), v => (TEnum)Enum.ToObject(typeof(TEnum), v), Number),
    ];

    private static OracleDecimal Whole(BigInteger value) => BigInteger.Abs(value) < NumberLimit
        ? OracleDecimal.Parse(value.ToString(CultureInfo.InvariantCulture))
        : throw new UnfitValueException($"{value} has more than the 38 digits of a NUMBER");

    private static BigInteger Whole(OracleDecimal value) => value.IsInt
        ? BigInteger.Parse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture)
        : throw new UnfitValueException($"{value} is no whole number");

    /// <summary>The names and numbers of an enum, so that no value is boxed to find its own.</summary>
    private static class EnumNames<TEnum> where TEnum : struct, Enum
    {
        private static readonly FrozenDictionary<TEnum, string> Names = Enum.GetValues<TEnum>().Distinct().ToFrozenDictionary(v => v, v => v.ToString());

        private static readonly FrozenDictionary<TEnum, long> Numbers = Names.Keys.ToFrozenDictionary(v => v, ToNumber);

        public static string Of(TEnum value) => Names.TryGetValue(value, out var name) ? name : value.ToString();

        public static long NumberOf(TEnum value) => Numbers.TryGetValue(value, out var number) ? number : ToNumber(value);

        private static long ToNumber(TEnum value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }
}
