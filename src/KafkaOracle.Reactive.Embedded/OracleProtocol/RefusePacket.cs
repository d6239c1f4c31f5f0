using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>A listener's REFUSE packet (type 4): user reason 0x22, system reason 0, and a descriptor with the error.</summary>
internal sealed record RefusePacket(int Code)
{
    public void Write(TnsTransport transport)
    {
        var text = $"(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR={Code})(ERROR_STACK=(ERROR=(CODE={Code})(EMFI=4))))";
        transport.WritePacket(PacketType.Refuse, [0x22, 0, (byte)(text.Length >> 8), (byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
    }
}
