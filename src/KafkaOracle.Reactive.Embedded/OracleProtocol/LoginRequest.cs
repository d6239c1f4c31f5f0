namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC functions 0x76 and 0x73, the two phases of a login: a user name and pairs of keys and values.</summary>
internal sealed record LoginRequest(string User, long Mode, IReadOnlyDictionary<string, string> Pairs)
{
    public string this[string key] => Pairs.GetValueOrDefault(key, "");

    public static LoginRequest Read(TtcReader reader)
    {
        var hasUser = reader.Flag();
        var length = reader.Int();
        var mode = reader.Ub();
        reader.U8();
        var count = reader.Count();
        reader.Skip(2);
        var user = hasUser ? reader.Characters(length).Trim('"') : "";
        var pairs = new Dictionary<string, string>();
        for (var i = 0; i < count; i++)
        {
            var key = reader.DlcString().TrimEnd('\0');
            pairs[key] = reader.DlcString();
            reader.Ub(); // flags
        }
        return new LoginRequest(user, mode, pairs);
    }
}
