using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleServer;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>
/// An Oracle server inside the process, on a port of the loopback interface unless told otherwise: it speaks Oracle Net and TTC to the unmodified ODP.NET driver and keeps its
/// tables in SQLite. For tests, demos and notebooks; docs/embedded-oracle.md says what it does and what it does not.
/// </summary>
public sealed class EmbeddedOracle : IAsyncDisposable, IDisposable
{
    private readonly TcpListener _listener;
    private readonly Lock _lock = new();
    private readonly List<(ServerSession Session, Thread Thread)> _sessions = [];
    private readonly Thread _accepting;
    private readonly Database _database;
    private readonly string _password;
    private int _lastSession;
    private volatile bool _stopping;

    private EmbeddedOracle(EmbeddedOracleOptions options)
    {
        Options = options;
        User = options.User.ToUpperInvariant();
        _password = options.Password ?? RandomNumberGenerator.GetHexString(24, lowercase: true);
        Verifier = new PasswordVerifier(_password);
        _listener = new TcpListener(options.Address, options.Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        try
        {
            _database = new Database(options.File, User, options.CanCreateTables);
        }
        catch (Exception)
        {
            _listener.Dispose();
            throw;
        }
        _accepting = new Thread(Accept) { IsBackground = true, Name = $"embedded-oracle-{Port}" };
        _accepting.Start();
    }

    /// <summary>Starts a server.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    /// <exception cref="IOException">The file cannot be used.</exception>
    public static EmbeddedOracle Start(EmbeddedOracleOptions? options = null)
    {
        options ??= new EmbeddedOracleOptions();
        ArgumentException.ThrowIfNullOrEmpty(options.User);
        ArgumentException.ThrowIfNullOrEmpty(options.ServiceName);
        ArgumentNullException.ThrowIfNull(options.Address);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LockWait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSessions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRequestBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxLobBytes, 1);
        return new EmbeddedOracle(options);
    }

    /// <summary>The port that the server listens on.</summary>
    public int Port { get; }

    /// <summary>The user to connect as, in upper case.</summary>
    public string User { get; }

    /// <summary>Connects ODP.NET. It contains the password: keep it out of logs.</summary>
    public string ConnectionString => $"User Id={User};Password=\"{_password}\";Data Source={Host}:{Port}/{Options.ServiceName}";

    /// <summary>The faults to inject.</summary>
    public OracleFaults Faults { get; } = new();

    /// <summary>Sessions that are connected.</summary>
    public int SessionCount
    {
        get
        {
            lock (_lock) return _sessions.Count;
        }
    }

    /// <summary>Sessions that wait for rows, keys or tables that another session's transaction holds.</summary>
    public int WaitingCount => _database.Transactions.Waiting;

    internal EmbeddedOracleOptions Options { get; }

    internal PasswordVerifier Verifier { get; }

    internal bool IsStopping => _stopping;

    /// <summary>Closes every connection; open transactions are rolled back.</summary>
    /// <param name="reset">Sends RST in place of FIN.</param>
    public void DropConnections(bool reset = false)
    {
        lock (_lock)
            foreach (var (session, _) in _sessions) session.Drop(reset);
    }

    /// <summary>Ends all sessions and lets go of the data, unless it is kept in a file.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _listener.Dispose();
        DropConnections();
        _accepting.Join();
        (ServerSession Session, Thread Thread)[] left;
        lock (_lock) left = [.. _sessions];
        foreach (var (session, thread) in left)
        {
            session.Drop(reset: false);
            thread.Join();
        }
        _database.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        return new ValueTask(Task.Run(Dispose));
    }

    /// <summary>Where the server listens, without the password.</summary>
    public override string ToString() => $"EmbeddedOracle {User}@{Host}:{Port}/{Options.ServiceName}";

    private string Host => Options.Address.Equals(IPAddress.Any) ? "127.0.0.1" : Options.Address.ToString();

    private void Accept()
    {
        while (!_stopping)
        {
            Socket socket;
            try
            {
                socket = _listener.AcceptSocket();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            socket.NoDelay = true;
            var session = new ServerSession(this, _database, socket, ++_lastSession);
            var thread = new Thread(() => Serve(session)) { IsBackground = true, Name = $"embedded-oracle-session-{_lastSession}" };
            lock (_lock) _sessions.Add((session, thread));
            thread.Start();
        }
    }

    private void Serve(ServerSession session)
    {
        try
        {
            session.Run();
        }
        finally
        {
            lock (_lock) _sessions.RemoveAll(s => s.Session == session);
        }
    }
}
