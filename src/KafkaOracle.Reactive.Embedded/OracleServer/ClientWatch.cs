using System.Diagnostics;
using System.Net.Sockets;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>What can end a call from outside: the client cancels it or goes, the server stops, or a fault strikes.</summary>
internal sealed class ClientWatch(EmbeddedOracle server, TnsTransport transport, Socket socket, int session)
{
    private const int LookMicroseconds = 20_000;

    /// <summary>Asked while a statement runs; true ends it.</summary>
    public bool ShallStop(bool cancellable) => server.IsStopping || (cancellable && transport.Readable(0));

    /// <summary>Between two waits: ends the call when the client cancels it or goes, or the server stops.</summary>
    public void Check()
    {
        if (server.IsStopping) throw new ClientGoneException();
        if (!transport.Readable(0)) return;
        if (!transport.ReadPacket(out var type, out var body)) throw new ClientGoneException();
        if (type == PacketType.Marker) throw new BreakException(BreakException.KindOf(body.Span));
        throw new InvalidDataException("a client must wait for the answer to its call");
    }

    /// <summary>Lets the faults strike that wait at this point.</summary>
    public void Strike(FaultPoint point, string? sql)
    {
        for (var fault = server.Faults.At(new FaultContext(point, session, sql)); fault != null; fault = fault.Next)
        {
            Wait(fault);
            if (fault.Drops) throw new DropConnectionException(fault.Resets);
            if (fault.Code != 0) throw new OracleError(fault.Code, fault.Message);
        }
    }

    private void Wait(Fault fault)
    {
        var started = Stopwatch.GetTimestamp();
        while (fault.Until is { IsCompleted: false } || Stopwatch.GetElapsedTime(started) < fault.Time)
        {
            if (fault.IsDeaf) socket.Poll(LookMicroseconds, SelectMode.SelectError);
            else if (transport.Readable(LookMicroseconds)) Check();
            if (server.IsStopping) throw new ClientGoneException();
        }
    }
}
