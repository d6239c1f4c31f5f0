using System.Text;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// Piggyback 0x87: client identifier, module, action, execution context, client information and database operation, as pointers and
/// lengths first, then the values that are given.
/// </summary>
/// <param name="Values">The values in that order; null for those that are not told, "" for those that shall be cleared.</param>
internal sealed record EndToEndAttributes(string?[] Values)
{
    private const int Before = 4;
    private const int After = 4;

    public static EndToEndAttributes Read(TtcReader reader)
    {
        reader.Skip(2);
        reader.Ub(); // flags
        var told = new bool?[Before + After];
        for (var i = 0; i < Before; i++) told[i] = Pointer(reader);
        reader.U8();
        reader.Ub();
        for (var i = Before; i < told.Length; i++) told[i] = Pointer(reader); // the last from field version 7 on
        var values = new string?[told.Length];
        for (var i = 0; i < told.Length; i++)
        {
            if (told[i] == true) values[i] = reader.Clr(out var text) ? Encoding.UTF8.GetString(text) : "";
            else if (told[i] == false) values[i] = "";
        }
        return new EndToEndAttributes(values);
    }

    public void ApplyTo(ClientIdentity client)
    {
        client.Identifier = Values[0] ?? client.Identifier;
        client.Module = Values[1] ?? client.Module;
        client.Action = Values[2] ?? client.Action;
        client.Info = Values[Before] ?? client.Info;
    }

    /// <summary>Whether a value follows; false when it is empty, null when it is not told.</summary>
    private static bool? Pointer(TtcReader reader)
    {
        var given = reader.Flag();
        return reader.Ub() > 0 && given ? true : given ? false : null;
    }
}
