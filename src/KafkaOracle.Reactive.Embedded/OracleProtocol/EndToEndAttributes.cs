namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// Piggyback 0x87: client identifier, module, action, execution context, client information and database operation, as pointers and
/// lengths first, then the values that are given. Nothing here keeps them.
/// </summary>
internal static class EndToEndAttributes
{
    public static void Skip(TtcReader reader)
    {
        reader.Skip(2);
        reader.Ub(); // flags
        var values = 0;
        for (var i = 0; i < 4; i++) values += Pointer(reader);
        reader.U8();
        reader.Ub();
        for (var i = 0; i < 3; i++) values += Pointer(reader);
        values += Pointer(reader); // from field version 7 on
        for (; values > 0; values--) reader.Clr(out _);
    }

    private static int Pointer(TtcReader reader)
    {
        var given = reader.Flag();
        return reader.Ub() > 0 && given ? 1 : 0;
    }
}
