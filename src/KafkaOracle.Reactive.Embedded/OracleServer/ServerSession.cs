using System.Diagnostics;
using System.Net.Sockets;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>One client connection: connect, log in, then one call at a time. Login, execution and LOBs are in the other parts.</summary>
internal sealed partial class ServerSession : IDisposable
{
    private const int LookMicroseconds = 20_000;
    private readonly EmbeddedOracle _server;
    private readonly Socket _socket;
    private readonly TnsTransport _transport;
    private readonly TtcReader _reader;
    private readonly TtcWriter _writer = new();
    private readonly RowWriter _rows;
    private readonly SessionLobs _lobs;
    private readonly DatabaseSession _session;
    private readonly Dictionary<int, Cursor> _cursors = [];
    private int _lastCursor;
    private int _sequence;
    private int _fieldVersion = Capabilities.FieldVersion;

    public ServerSession(EmbeddedOracle server, Database database, Socket socket, int id)
    {
        _server = server;
        _socket = socket;
        Id = id;
        _transport = new TnsTransport(socket);
        _reader = new TtcReader(_transport);
        _lobs = new SessionLobs(_writer);
        _rows = new RowWriter(_writer, _lobs);
        _session = new DatabaseSession(database, server.Options.Clock, server.Options.LockWait, CheckClient, ShallStop);
    }

    public int Id { get; }

    /// <summary>Serves the client until it goes; whatever ends the session, its transaction is rolled back.</summary>
    public void Run()
    {
        try
        {
            if (Connect()) Serve();
        }
        catch (DropConnectionException drop)
        {
            // The transaction must be gone before the client notices.
            _session.Dispose();
            Drop(drop.Reset);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidDataException)
        {
            // The client or the server closed the connection, or it speaks something else: nobody is left to tell.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Closes the connection from any thread.</summary>
    public void Drop(bool reset)
    {
        try
        {
            if (reset) _socket.LingerState = new LingerOption(true, 0);
            else _socket.Shutdown(SocketShutdown.Both);
            _socket.Close();
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Closed already.
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _socket.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            try
            {
                _writer.Clear();
                if (!_reader.NextRequest()) return;
                Dispatch();
            }
            catch (BreakException e)
            {
                AnswerBreak(e.Kind);
            }
        }
    }

    /// <summary>Break, the client's reset, our reset, then the error of the call that was cancelled.</summary>
    private void AnswerBreak(byte kind)
    {
        _writer.Clear();
        if (kind != BreakException.Reset)
        {
            _transport.WriteMarker(1);
            while (true)
            {
                if (!_transport.ReadPacket(out var type, out var body)) throw new ClientGoneException();
                if (type == PacketType.Marker && body.Length > 2 && body.Span[2] == BreakException.Reset) break;
            }
        }
        _transport.WriteMarker(BreakException.Reset);
        EndWith(OracleError.Cancelled());
    }

    private void Dispatch()
    {
        while (true)
        {
            var message = _reader.U8();
            switch (message)
            {
                case 1:
                    ProtocolNegotiation();
                    return;
                case 2:
                    DataTypes();
                    return;
                case 3:
                    Call();
                    return;
                case 0x11: // a piggyback has no reply and is followed by another message
                    Piggyback();
                    if (_reader.AtPacketEnd) return;
                    break;
                default:
                    throw new InvalidDataException($"TTC message {message} is not known.");
            }
        }
    }

    private void Call()
    {
        var function = _reader.U8();
        _reader.U8(); // sequence
        switch (function)
        {
            case 0x76: Login(phase: 1); break;
            case 0x73: Login(phase: 2); break;
            case 0x5e: Execute(); break;
            case 0x04: Reexecute(fetch: false); break;
            case 0x4e: Reexecute(fetch: true); break;
            case 0x05: Fetch(); break;
            case 0x0e: Guarded(Commit); break;
            case 0x0f: Guarded(Rollback); break;
            case 0x93 or 0x09: EndWithStatus(); break; // ping, logoff
            case 0x3b: Version(); break;
            case 0x62: DescribeOnly(); break;
            case 0x60: LobCall(isPiggyback: false); break;
            default:
                _reader.Skip(_reader.Remaining);
                EndWith(new OracleError(3115, $"unsupported network datatype or representation (function {function:x2} of the embedded server)"));
                break;
        }
    }

    private void Piggyback()
    {
        var function = _reader.U8();
        _reader.U8();
        switch (function)
        {
            case 0x69 or 0x78: // close cursors; cancel cursors, which stay parsed
                _reader.U8();
                for (var n = _reader.Int(); n > 0; n--)
                {
                    var id = _reader.Int();
                    if (_cursors.TryGetValue(id, out var cursor)) cursor.Result = null;
                    if (function == 0x69) _cursors.Remove(id);
                }
                break;
            case 0x87: EndToEnd(); break;
            case 0x60: LobCall(isPiggyback: true); break;
            case 0xb0:
                _reader.Ub();
                _reader.Ub();
                break;
            default: throw new InvalidDataException($"TTC piggyback {function:x2} is not known.");
        }
    }

    /// <summary>End-to-end attributes (module, action, client id ...): pointers and lengths, then the values.</summary>
    private void EndToEnd()
    {
        _reader.U8();
        _reader.U8();
        _reader.Ub();
        var present = new List<bool>();
        for (var i = 0; i < 8; i++)
        {
            if (i == 4)
            {
                _reader.U8();
                _reader.Ub();
            }
            if (i == 7 && _fieldVersion < 7) break;
            var given = _reader.U8() != 0;
            present.Add(_reader.Ub() > 0 && given);
        }
        foreach (var given in present) if (given) _reader.Clr(out _);
    }

    private void Commit()
    {
        Strike(FaultPoint.BeforeCommit, null);
        _session.Commit();
        Strike(FaultPoint.AfterCommit, null);
        EndWithStatus();
    }

    private void Rollback()
    {
        Strike(FaultPoint.BeforeRollback, null);
        _session.Rollback();
        EndWithStatus();
    }

    /// <summary>Runs a call's work; an error takes the place of its reply.</summary>
    private void Guarded(Action work)
    {
        var start = _writer.Length;
        try
        {
            work();
        }
        catch (OracleError e)
        {
            _writer.TruncateTo(start);
            EndWith(e);
        }
        catch (SqliteFailure e)
        {
            _writer.TruncateTo(start);
            EndWith(ErrorMapping.Map(e, _session.Schema, null));
        }
    }

    /// <summary>TTC message 9: the end of a call without an error block. Bit 1 tells a pool that a transaction is open.</summary>
    private void EndWithStatus()
    {
        _writer.U8(9).Ub(_session.InTransaction ? 3 : 1).Ub(NextSequence());
        Flush();
    }

    private void EndWith(OracleError error, Cursor? cursor = null, long rows = 0) => End(new EndOfCall
    {
        Code = error.Code,
        Message = error.Message,
        Position = error.Position,
        Cursor = cursor?.Id ?? 0,
        CommandCode = cursor?.Statement.CommandCode ?? 0,
        Rows = rows,
    });

    private void End(EndOfCall end)
    {
        (end with { TransactionOpen = _session.InTransaction, Sequence = NextSequence() }).Write(_writer);
        Flush();
    }

    private void Flush()
    {
        _transport.WriteData(_writer.Written);
        _writer.Clear();
    }

    private int NextSequence() => ++_sequence & 0x7fff;

    private bool ShallStop(bool cancellable) => _server.IsStopping || (cancellable && _transport.Readable(0));

    /// <summary>Between two waits: ends the call when the client cancels it or goes, or the server stops.</summary>
    private void CheckClient()
    {
        if (_server.IsStopping) throw new ClientGoneException();
        if (!_transport.Readable(0)) return;
        if (!_transport.ReadPacket(out var type, out var body)) throw new ClientGoneException();
        if (type == PacketType.Marker) throw new BreakException(body.Length > 2 ? body.Span[2] : (byte)0);
        throw new InvalidDataException("A client must wait for the answer to its call.");
    }

    private void Strike(FaultPoint point, string? sql)
    {
        for (var fault = _server.Faults.At(new FaultContext(point, Id, sql)); fault != null; fault = fault.Next)
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
            if (fault.IsDeaf) _socket.Poll(LookMicroseconds, SelectMode.SelectError);
            else if (_transport.Readable(LookMicroseconds)) CheckClient();
            if (_server.IsStopping) throw new ClientGoneException();
        }
    }
}
