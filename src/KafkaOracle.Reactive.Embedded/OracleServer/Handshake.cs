using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>The way from CONNECT to a logged in session: version and packet size, capabilities, data types, password.</summary>
internal sealed class Handshake(ServerSession session, TnsTransport transport)
{
    private const int MostSdu = 65535;
    private readonly Login _login = new(session);

    public bool IsLoggedIn => _login.IsDone;

    /// <summary>CONNECT and its answer, ACCEPT or REFUSE. False ends the session.</summary>
    public bool Connect()
    {
        if (ConnectPacket.Read(transport) is not { } connect) return false;
        if (Refusal(connect) is { } code)
        {
            new RefusePacket(code).Write(transport);
            return false;
        }
        var sdu = Math.Clamp(connect.Sdu, 512, MostSdu);
        var accept = new AcceptPacket(Math.Min(connect.Version, AcceptPacket.HighestVersion), sdu, connect.Tdu);
        accept.Write(transport);
        transport.LargeLength = accept.HasLargeLengths;
        transport.Sdu = (int)sdu;
        session.Dialect.FlagsEndOfResponse = accept.OffersEndOfResponse;
        return true;
    }

    /// <summary>Answers one message of a client that has not logged in yet.</summary>
    public void Step(byte message)
    {
        switch (message)
        {
            case NetworkServicesMessage.Id:
                NetworkServicesMessage.Read(session.Reader);
                NetworkServicesMessage.Write(session.Writer);
                session.Flush();
                break;
            case ProtocolMessage.Id:
                ProtocolMessage.Read(session.Reader);
                ProtocolMessage.Write(session.Writer);
                session.Flush();
                break;
            case DataTypesMessage.Id:
                var types = DataTypesMessage.Read(session.Reader);
                types.Write(session.Writer);
                types.ApplyTo(session.Dialect);
                session.Flush();
                break;
            case FastLoginMessage.Id:
                var fast = FastLoginMessage.Read(session.Reader);
                ProtocolMessage.Write(session.Writer);
                fast.DataTypes.Write(session.Writer);
                fast.DataTypes.ApplyTo(session.Dialect);
                session.BeginCall();
                _login.First(fast.Login);
                break;
            case FunctionHeader.Call:
                session.BeginCall();
                _login.Step(FunctionHeader.Read(session.Reader).Function);
                break;
            default:
                throw new InvalidDataException($"message {message} is not expected before the login");
        }
    }

    private int? Refusal(ConnectPacket connect)
    {
        try
        {
            session.Client.Strike(FaultPoint.Connect, null);
        }
        catch (OracleError e)
        {
            return e.Code;
        }
        var options = session.Server.Options;
        if (!connect.ServiceName.Equals(options.ServiceName, StringComparison.OrdinalIgnoreCase)) return 12514;
        // No handler is left for another session.
        return session.Server.SessionCount > options.MaxSessions ? 12516 : null;
    }
}
