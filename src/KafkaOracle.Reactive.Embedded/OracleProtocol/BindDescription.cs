namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>How a client describes a bind or a define: the OAC structure.</summary>
internal sealed record BindDescription(int Type, int Flags, long MaxLength, long ContinuationFlags, int CharsetForm, long MaxChars)
{
    // Limit announced by runtime capability 6 bit 2 (strings of 32 KB).
    private const int LongestString = 32767;
    private const int National = 2;

    /// <summary>The same name occurred earlier in the statement, so no value is sent for this occurrence.</summary>
    public bool IsRepeated => (Flags & 0x80) != 0;

    public bool IsArray => (Flags & 0x40) != 0;

    /// <summary>In the national character set: UTF-16.</summary>
    public bool IsNational => CharsetForm == National;

    /// <summary>The client wants LOB length, chunk size and a prefetched part beside the locator.</summary>
    public bool WantsLobPrefetch => (ContinuationFlags & 0x2000000) != 0;

    /// <summary>Outside PL/SQL, values declared longer than a string can be follow all the others of their row.</summary>
    public bool IsSentLast =>
        WireType.IsLong(Type) || (MaxLength > LongestString && Type is WireType.Varchar or WireType.Raw or WireType.Char);

    public static BindDescription Read(TtcReader reader)
    {
        int type = reader.U8(), flags = reader.U8();
        reader.Skip(2); // precision, scale
        var maxLength = reader.Ub();
        reader.Ub(); // array size
        var continuation = reader.Ub();
        reader.Dlc(); // object identifier
        reader.Ub(); // version
        reader.Ub(); // character set
        int form = reader.U8();
        var maxChars = reader.Ub();
        if (reader.Dialect.FieldVersion >= 8) reader.Ub(); // collation
        return new BindDescription(type, flags, maxLength, continuation, form, maxChars);
    }
}
