namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>Type codes of binds, defines and described columns.</summary>
internal static class WireType
{
    public const int Varchar = 1;
    public const int Number = 2;
    public const int Integer = 3;
    public const int VarNumber = 6;
    public const int Long = 8;
    public const int RowId = 11;
    public const int Date = 12;
    public const int Raw = 23;
    public const int LongRaw = 24;
    public const int Unsigned = 68;
    public const int Char = 96;
    public const int BinaryFloat = 100;
    public const int BinaryDouble = 101;
    public const int RefCursor = 102;
    public const int Clob = 112;
    public const int Blob = 113;
    public const int Timestamp = 180;
    public const int TimestampTz = 181;
    public const int IntervalYm = 182;
    public const int IntervalDs = 183;
    public const int TimestampLtz = 231;

    public static bool IsLong(int type) => type is Long or LongRaw;

    public static bool IsLob(int type) => type is Clob or Blob;

    /// <summary>The types whose scale may be negative or is a number of digits: it travels in the client's representation of type 27.</summary>
    public static bool HasScale(int type) => type is Number or Timestamp or TimestampTz or TimestampLtz or IntervalDs or IntervalYm;
}
