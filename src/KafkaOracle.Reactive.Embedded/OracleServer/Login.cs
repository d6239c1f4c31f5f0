using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>The two phases of a login (O5LOGON with the 12c verifier) and what a session learns about the server in the second.</summary>
internal sealed class Login(ServerSession session)
{
    private static readonly PasswordVerifier Nobody = new(Guid.NewGuid().ToString());
    private PasswordProof? _proof;
    private bool _isUnknownUser;

    public bool IsDone { get; private set; }

    public void Step(TtcFunction function)
    {
        switch (function)
        {
            case TtcFunction.LoginFirst: First(LoginRequest.Read(session.Reader)); break;
            case TtcFunction.LoginSecond: Second(LoginRequest.Read(session.Reader)); break;
            default: throw new InvalidDataException($"function {(byte)function:x2} is not expected before the login");
        }
    }

    /// <summary>The challenge. An unknown user sees the same steps as one with a wrong password.</summary>
    public void First(LoginRequest request)
    {
        _isUnknownUser = !request.User.Equals(session.Server.User, StringComparison.OrdinalIgnoreCase);
        _proof = new PasswordProof(_isUnknownUser ? Nobody : session.Server.Verifier);
        _proof.WriteChallenge(session.Writer);
        session.End(new EndOfCall());
    }

    private void Second(LoginRequest request)
    {
        session.Client.Strike(FaultPoint.Login, null);
        if (_proof == null || !_proof.Verify(request["AUTH_SESSKEY"], request["AUTH_PASSWORD"]) || _isUnknownUser)
            throw new OracleError(1017, "invalid username/password; logon denied");
        IsDone = true;
        session.LoggedIn();
        WriteProperties(_proof.ServerResponse());
        Begin(request);
        session.TellTimeZone();
        session.End(new EndOfCall());
    }

    /// <summary>What the client says about itself, and the settings that it wants; those that cannot be had are left as they are.</summary>
    private void Begin(LoginRequest request)
    {
        var settings = session.Database.Settings;
        settings.Client.Machine = request["AUTH_MACHINE"];
        settings.Client.OsUser = request["AUTH_SID"];
        settings.Client.Terminal = request["AUTH_TERMINAL"];
        settings.Client.Program = request["AUTH_PROGRAM_NM"];
        var statement = request["AUTH_ALTER_SESSION"].TrimEnd('\0');
        if (statement.Length == 0 || Parse(statement) is not AlterSessionStatement alter) return;
        foreach (var (parameter, value) in alter.Settings)
        {
            try
            {
                settings.Set(parameter, value, session.Database.Schema);
            }
            catch (OracleError)
            {
                // A client's language or territory is no reason to refuse it.
            }
        }
    }

    private Statement? Parse(string sql)
    {
        try
        {
            return session.Database.Parse(sql);
        }
        catch (OracleError)
        {
            return null;
        }
    }

    /// <summary>Keys that end in NUL end so in real servers.</summary>
    private void WriteProperties(string response)
    {
        var service = session.Server.Options.ServiceName;
        (string Key, string Value)[] pairs =
        [
            ("AUTH_VERSION_STRING", "- Develop, Learn, and Run for Free"), ("AUTH_VERSION_SQL", "25"), ("AUTH_XACTION_TRAITS", "3"),
            ("AUTH_VERSION_NO", Capabilities.ServerVersion.ToString(CultureInfo.InvariantCulture)), ("AUTH_VERSION_STATUS", "0"), ("AUTH_CAPABILITY_TABLE", ""),
            ("AUTH_DBNAME", service.ToUpperInvariant()), ("AUTH_DB_MOUNT_ID\0", "1"), ("AUTH_DB_ID\0", "1"), ("AUTH_USER_ID", "100"),
            ("AUTH_SESSION_ID", $"{session.Id}"), ("AUTH_SERIAL_NUM", "1"), ("AUTH_INSTANCE_NO", "1"), ("AUTH_FAILOVER_ID", "1"),
            ("AUTH_SERVER_PID", $"{Environment.ProcessId}"), ("AUTH_SC_SERVER_HOST", "localhost"), ("AUTH_SC_DBUNIQUE_NAME", "EMBEDDED"),
            ("AUTH_SC_INSTANCE_NAME", "EMBEDDED"), ("AUTH_SC_INSTANCE_ID", "1"), ("AUTH_SC_INSTANCE_START_TIME", "2024-01-01 00:00:00.000000000 +00:00"),
            ("AUTH_SC_DB_DOMAIN", ""), ("AUTH_SC_SERVICE_NAME", service), ("AUTH_SC_REAL_DBUNIQUE_NAME", "EMBEDDED"), ("AUTH_INSTANCENAME", "EMBEDDED"),
            ("AUTH_NLS_LXLAN\0", "AMERICAN"), ("AUTH_NLS_LXCTERRITORY\0", "AMERICA"), ("AUTH_NLS_LXCCURRENCY\0", "$"), ("AUTH_NLS_LXCISOCURR\0", "AMERICA"),
            ("AUTH_NLS_LXCNUMERICS\0", ".,"), ("AUTH_NLS_LXCDATEFM\0", "DD-MON-RR"), ("AUTH_NLS_LXCDATELANG\0", "AMERICAN"), ("AUTH_NLS_LXCSORT\0", "BINARY"),
            ("AUTH_NLS_LXCCALENDAR\0", "GREGORIAN"), ("AUTH_NLS_LXCUNIONCUR\0", "$"), ("AUTH_NLS_LXCTIMEFM\0", "HH.MI.SSXFF AM"),
            ("AUTH_NLS_LXCSTMPFM\0", "DD-MON-RR HH.MI.SSXFF AM"), ("AUTH_NLS_LXCTTZNFM\0", "HH.MI.SSXFF AM TZR"),
            ("AUTH_NLS_LXCSTZNFM\0", "DD-MON-RR HH.MI.SSXFF AM TZR"), ("AUTH_NLS_LXLENSEMANTICS\0", "BYTE"), ("AUTH_NLS_LXNCHARCONVEXCP\0", "FALSE"),
            ("AUTH_NLS_LXCOMP\0", "BINARY"), ("AUTH_SVR_RESPONSE", response), ("AUTH_MAX_OPEN_CURSORS", $"{CursorTable.Most}"), ("AUTH_PDB_UID\0", "1"),
            ("AUTH_MAX_IDEN_LENGTH", "128"), ("AUTH_SERVER_TYPE", "1"),
        ];
        session.Writer.U8(ReturnParameters.Id).Ub(pairs.Length);
        foreach (var (key, value) in pairs) session.Writer.Pair(key, value);
    }
}
