namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// TTC message 34, fast authentication: the messages 1 and 2 and the first phase of a login in one. Its own fields are a version, two
/// flags, character sets that are not used, and the field version that the login is written in.
/// </summary>
internal sealed record FastLoginMessage(DataTypesMessage DataTypes, LoginRequest Login)
{
    public const byte Id = 0x22;

    public static FastLoginMessage Read(TtcReader reader)
    {
        reader.Skip(3);
        Expect(reader, ProtocolMessage.Id);
        ProtocolMessage.Read(reader);
        reader.Skip(5);
        reader.Dialect.FieldVersion = Math.Max(Dialect.LowestFieldVersion, (int)reader.U8());
        Expect(reader, DataTypesMessage.Id);
        var types = DataTypesMessage.Read(reader);
        Expect(reader, FunctionHeader.Call);
        if (FunctionHeader.Read(reader).Function != TtcFunction.LoginFirst) throw new InvalidDataException("Fast authentication begins with the first phase of a login.");
        return new FastLoginMessage(types, LoginRequest.Read(reader));
    }

    private static void Expect(TtcReader reader, byte message)
    {
        if (reader.U8() is var got && got != message) throw new InvalidDataException($"TTC message {got} came where {message} is expected.");
    }
}
