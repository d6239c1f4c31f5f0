using System.Net.Sockets;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>One client connection: connect, log in, then one call at a time.</summary>
internal sealed class ServerSession : IDisposable
{
    private const int ConnectMilliseconds = 60_000;
    private readonly Socket _socket;
    private readonly TnsTransport _transport;
    private readonly Handshake _handshake;
    private readonly StatementCalls _statements;
    private readonly LobCalls _lobs;
    private readonly DirectPathCalls _loads;
    private readonly SessionCalls _own;
    private int _calls;
    private string? _toldTimeZone;

    public ServerSession(EmbeddedOracle server, Database database, Socket socket, int id)
    {
        Server = server;
        Id = id;
        _socket = socket;
        _transport = new TnsTransport(socket);
        Reader = new TtcReader(_transport, Dialect, server.Options.MaxRequestBytes);
        Writer = new TtcWriter(Dialect);
        Client = new ClientWatch(server, _transport, socket, id);
        Lobs = new SessionLobs(server.Options.MaxLobBytes);
        Database = new DatabaseSession(database, new SessionSettings(id, server.Options.ServiceName), server.Options.Clock, server.Options.LockWait, Client.Check, Client.ShallStop);
        _handshake = new Handshake(this, _transport);
        _statements = new StatementCalls(this);
        _lobs = new LobCalls(this);
        _loads = new DirectPathCalls(this);
        _own = new SessionCalls(this);
    }

    public int Id { get; }

    public EmbeddedOracle Server { get; }

    public Dialect Dialect { get; } = new();

    public TtcReader Reader { get; }

    public TtcWriter Writer { get; }

    public ClientWatch Client { get; }

    public DatabaseSession Database { get; }

    public CursorTable Cursors { get; } = new();

    public SessionLobs Lobs { get; }

    /// <summary>What an error block says about the statement at hand; forgotten at the end of the call.</summary>
    public CallProgress Progress { get; private set; } = new();

    /// <summary>Serves the client until it goes; whatever ends the session, its transaction is rolled back.</summary>
    public void Run()
    {
        try
        {
            _socket.ReceiveTimeout = ConnectMilliseconds;
            if (_handshake.Connect()) Serve();
        }
        catch (DropConnectionException drop)
        {
            // The transaction must be gone before the client notices.
            Database.Dispose();
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
        Database.Dispose();
        _socket.Dispose();
    }

    /// <summary>Counts a call: its number is in the block that ends it.</summary>
    public void BeginCall() => _calls++;

    /// <summary>The answer to the last call has the number 0.</summary>
    public void EndCalls() => _calls = 0;

    /// <summary>Ends a call with an error block: transaction, sequence and call number are filled in.</summary>
    public void End(EndOfCall end)
    {
        (end with { Status = Transaction | (end.Status & ~CallStatus.Idle), Sequence = _calls & 0xffff, CallNumber = _calls }).Write(Writer);
        EndResponse();
    }

    /// <summary>Ends a call that has nothing else to say.</summary>
    public void EndWithStatus(CallStatus more = 0)
    {
        new StatusMessage(Transaction | more, _calls & 0xffff).Write(Writer);
        EndResponse();
    }

    /// <summary>Sends what was written: a whole reply of the handshake, or a part of a long one that cannot fail any more.</summary>
    public void Flush()
    {
        _transport.WriteData(Writer.Written, endsResponse: false);
        Writer.Clear();
    }

    /// <summary>Tells the client the session's time zone when it has changed, which it reads local times by.</summary>
    public void TellTimeZone()
    {
        var settings = Database.Settings;
        if (settings.TimeZone == _toldTimeZone) return;
        _toldTimeZone = settings.TimeZone;
        new SessionState(Capabilities.TimeZoneOf(settings.Local(Server.Options.Clock.GetUtcNow()).Offset)).Write(Writer);
    }

    public void LoggedIn() => _socket.ReceiveTimeout = 0;

    private CallStatus Transaction => Database.InTransaction ? CallStatus.InTransaction : CallStatus.Idle;

    private void EndResponse()
    {
        if (Dialect.EndOfResponse) EndOfResponse.Write(Writer);
        _transport.WriteData(Writer.Written, Dialect.EndOfResponse && Dialect.FlagsEndOfResponse);
        Writer.Clear();
    }

    private void Serve()
    {
        while (true)
        {
            Progress = new CallProgress();
            Writer.Clear();
            try
            {
                if (!Reader.NextRequest()) return;
                Dispatch();
            }
            catch (BreakException e)
            {
                AnswerBreak(e.Kind);
            }
            catch (OracleError e)
            {
                AnswerError(e, Dialect.EndOfResponse);
            }
            catch (SqliteFailure e)
            {
                AnswerError(ErrorMapping.Map(e, Database.Schema, null), Dialect.EndOfResponse);
            }
            catch (InvalidDataException e) when (_handshake.IsLoggedIn)
            {
                // What is left of the request has to be thrown away, which only markers can tell the client.
                AnswerError(new OracleError(3137, $"TTC protocol internal error : [{e.Message}]"), withoutMarkers: false);
            }
            catch (Exception e) when (_handshake.IsLoggedIn && e is not (IOException or SocketException or ObjectDisposedException or InvalidDataException or DropConnectionException))
            {
                // A fault of the server: the client hears of it, and the process that it runs in does not end.
                Database.LetGo();
                AnswerError(new OracleError(600, $"internal error code, arguments: [{e.GetType().Name}], [{e.Message}]"), Dialect.EndOfResponse);
            }
        }
    }

    /// <summary>Piggybacks have no reply and are followed by another message in the same request.</summary>
    private void Dispatch()
    {
        while (true)
        {
            var message = Reader.U8();
            if (!_handshake.IsLoggedIn)
            {
                _handshake.Step(message);
                return;
            }
            switch (message)
            {
                case FunctionHeader.Call:
                    BeginCall();
                    Call(FunctionHeader.Read(Reader).Function);
                    return;
                case FunctionHeader.Piggyback:
                    Piggyback(FunctionHeader.Read(Reader).Function);
                    if (Reader.AtPacketEnd) return;
                    break;
                default:
                    throw new InvalidDataException($"message {message} is not known");
            }
        }
    }

    private void Call(TtcFunction function)
    {
        switch (function)
        {
            case TtcFunction.Execute: _statements.Execute(); break;
            case TtcFunction.Reexecute: _statements.Reexecute(fetches: false); break;
            case TtcFunction.ReexecuteAndFetch: _statements.Reexecute(fetches: true); break;
            case TtcFunction.Fetch: _statements.Fetch(); break;
            case TtcFunction.Describe: _statements.Describe(); break;
            case TtcFunction.Lob: _lobs.Call(LobRequest.Read(Reader)); break;
            case TtcFunction.DirectPathPrepare: _loads.Prepare(); break;
            case TtcFunction.DirectPathLoad: _loads.Load(); break;
            case TtcFunction.DirectPathEnd: _loads.End(); break;
            case TtcFunction.Commit: _own.Commit(); break;
            case TtcFunction.Rollback: _own.Rollback(); break;
            case TtcFunction.Ping: EndWithStatus(); break;
            case TtcFunction.Logoff: _own.Logoff(); break;
            case TtcFunction.Version: _own.Version(); break;
            case TtcFunction.LoginSecond: throw new OracleError(28009, "a password cannot be changed here");
            default: throw new InvalidDataException($"function {(byte)function:x2} is not known");
        }
    }

    private void Piggyback(TtcFunction function)
    {
        switch (function)
        {
            case TtcFunction.CloseCursors:
                foreach (var cursor in CursorList.Read(Reader).Cursors) Cursors.Close(cursor);
                break;
            case TtcFunction.CancelCursors:
                foreach (var cursor in CursorList.Read(Reader).Cursors) Cursors.Find(cursor)?.StopFetching();
                break;
            case TtcFunction.Lob: _lobs.Piggyback(LobRequest.Read(Reader)); break;
            case TtcFunction.EndToEnd: EndToEndAttributes.Read(Reader).ApplyTo(Database.Settings.Client); break;
            case TtcFunction.SetSchema:
                Reader.U8();
                Reader.Ub();
                if (Reader.Clr(out var schema)) Database.Settings.Set("CURRENT_SCHEMA", Encoding.UTF8.GetString(schema), Database.Schema);
                break;
            case TtcFunction.SessionState:
                // This function is younger than tokens: its header has one in every field version.
                if (!Dialect.HasTokens) Reader.Ub();
                Reader.Ub();
                break;
            default: throw new InvalidDataException($"piggyback {(byte)function:x2} is not known");
        }
    }

    /// <summary>Break, the client's reset, our reset, then the error of the call that was cancelled.</summary>
    private void AnswerBreak(byte kind)
    {
        Writer.Clear();
        if (kind != BreakException.Reset)
        {
            _transport.WriteMarker(BreakException.Break);
            AwaitReset();
        }
        _transport.WriteMarker(BreakException.Reset);
        EndWithError(OracleError.Cancelled());
    }

    /// <summary>An error takes the place of the reply; behind markers for a client that did not negotiate END_OF_RESPONSE.</summary>
    private void AnswerError(OracleError error, bool withoutMarkers)
    {
        Writer.Clear();
        if (!withoutMarkers)
        {
            _transport.WriteMarker(BreakException.Break);
            _transport.WriteMarker(BreakException.Reset);
            AwaitReset();
        }
        EndWithError(error);
    }

    private void EndWithError(OracleError error) => End(new EndOfCall
    {
        Code = error.Code,
        Message = error.Message,
        Position = error.Position,
        Cursor = Progress.Cursor?.Id ?? 0,
        CommandCode = Progress.Cursor?.Statement.CommandCode ?? 0,
        Rows = Progress.Rows,
        Status = Progress.Status,
    });

    /// <summary>What the client sent before it noticed is thrown away.</summary>
    private void AwaitReset()
    {
        while (true)
        {
            if (!_transport.ReadPacket(out var type, out var body)) throw new ClientGoneException();
            if (type == PacketType.Marker && BreakException.KindOf(body.Span) == BreakException.Reset) return;
        }
    }
}
