using System.Buffers.Binary;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

internal sealed partial class ServerSession
{
    private const int HighestVersion = 318;
    private const int MostSdu = 65535;
    private static readonly PasswordVerifier Nobody = new(Guid.NewGuid().ToString());
    private PasswordProof? _proof;
    private bool _isUnknownUser;

    /// <summary>CONNECT and its answer, ACCEPT or REFUSE. False ends the session.</summary>
    private bool Connect()
    {
        if (!_transport.ReadPacket(out var type, out var body) || type != PacketType.Connect) return false;
        var packet = body.ToArray();
        int version = BinaryPrimitives.ReadUInt16BigEndian(packet);
        uint sdu = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6));
        if (version >= 315 && packet.Length >= 54) sdu = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(50));
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(16)), offset = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(18)) - 8;
        string descriptor;
        if (length > 0 && packet.Length >= offset + length) descriptor = Encoding.ASCII.GetString(packet, offset, length);
        else
        {
            // A descriptor longer than 230 bytes follows in a DATA packet of its own.
            if (!_transport.ReadPacket(out type, out body) || type != PacketType.Data) return false;
            descriptor = Encoding.ASCII.GetString(body.Span[2..]);
        }
        try
        {
            Strike(FaultPoint.Connect, null);
        }
        catch (OracleError e)
        {
            Refuse(e.Code);
            return false;
        }
        if (!ServiceOf(descriptor).Equals(_server.Options.ServiceName, StringComparison.OrdinalIgnoreCase))
        {
            Refuse(12514);
            return false;
        }
        Accept(Math.Min(version, HighestVersion), Math.Clamp(sdu, 512, MostSdu));
        return true;
    }

    private static string ServiceOf(string descriptor)
    {
        const string Key = "SERVICE_NAME";
        var at = descriptor.IndexOf(Key, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return "";
        var value = descriptor.AsSpan(at + Key.Length).TrimStart().TrimStart('=');
        var end = value.IndexOf(')');
        return (end < 0 ? value : value[..end]).Trim().ToString();
    }

    private void Accept(int version, uint sdu)
    {
        var accept = new byte[version >= 318 ? 37 : version >= 315 ? 33 : 24];
        BinaryPrimitives.WriteUInt16BigEndian(accept, (ushort)version);
        BinaryPrimitives.WriteUInt16BigEndian(accept.AsSpan(2), 0x0801); // without 0x0400: cancels come as in-band markers
        BinaryPrimitives.WriteUInt16BigEndian(accept.AsSpan(4), (ushort)sdu);
        BinaryPrimitives.WriteUInt16BigEndian(accept.AsSpan(6), (ushort)sdu);
        accept[8] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(accept.AsSpan(12), (ushort)(accept.Length + 8));
        accept[14] = accept[15] = 0x05; // bit 2: no native services (encryption, integrity) wanted
        if (version >= 315)
        {
            BinaryPrimitives.WriteUInt32BigEndian(accept.AsSpan(24), sdu);
            BinaryPrimitives.WriteUInt32BigEndian(accept.AsSpan(28), Math.Max(sdu, MostSdu));
        }
        _transport.WritePacket(PacketType.Accept, accept);
        _transport.LargeLength = version >= 315;
        _transport.Sdu = (int)sdu;
    }

    private void Refuse(int code)
    {
        var text = $"(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR={code})(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))";
        _transport.WritePacket(PacketType.Refuse, [0x22, 0, (byte)(text.Length >> 8), (byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
    }

    private void ProtocolNegotiation()
    {
        while (_reader.U8() != 0) { } // versions
        while (_reader.U8() != 0) { } // the client's name
        Capabilities.WriteProtocol(_writer);
        Flush();
    }

    /// <summary>The client's list of data types is echoed.</summary>
    private void DataTypes()
    {
        _reader.Skip(5); // character sets, flags
        var compile = _reader.Raw(_reader.U8());
        var runtime = _reader.Raw(_reader.U8());
        _fieldVersion = Math.Min(Capabilities.FieldVersion, (int)compile[7]);
        var hasTimeZone = runtime.Length > 1 && (runtime[1] & 1) != 0;
        if (hasTimeZone)
        {
            _reader.Skip(Capabilities.TimeZone.Length);
            if (compile.Length > 37 && (compile[37] & 2) != 0) _reader.Skip(4);
        }
        // Some clients put the national character set before the list, whose first entry is type 1.
        if (!(_reader.PeekAt(0) == 0 && _reader.PeekAt(1) == 1)) _reader.Skip(2);
        _writer.U8(2);
        if (hasTimeZone) _writer.Raw(Capabilities.TimeZone);
        while (true)
        {
            int type = Echo();
            if (type == 0) break;
            if (Echo() == 0) continue;
            var representation = Echo();
            if (type == 27) _rows.CompressedScales = representation == 1;
            Echo();
        }
        Flush();

        int Echo()
        {
            var value = _reader.U16Be();
            _writer.U16Be(value);
            return value;
        }
    }

    private void Login(int phase)
    {
        var hasUser = _reader.U8() != 0;
        _reader.Ub();
        _reader.Ub(); // mode
        _reader.U8();
        var count = _reader.Int();
        _reader.Skip(2);
        var user = hasUser ? _reader.ClrString().Trim('"') : "";
        var pairs = new Dictionary<string, string>();
        for (var i = 0; i < count; i++)
        {
            var key = _reader.DlcString().TrimEnd('\0');
            pairs[key] = _reader.DlcString();
            _reader.Ub();
        }
        if (phase == 1)
        {
            // An unknown user sees the same steps as one with a wrong password.
            _isUnknownUser = !user.Equals(_server.User, StringComparison.OrdinalIgnoreCase);
            _proof = new PasswordProof(_isUnknownUser ? Nobody : _server.Verifier);
            _proof.WriteChallenge(_writer);
            End(new EndOfCall());
            return;
        }
        Guarded(() =>
        {
            Strike(FaultPoint.Login, null);
            var session = pairs.GetValueOrDefault("AUTH_SESSKEY", "");
            if (_proof == null || !_proof.Verify(session, pairs.GetValueOrDefault("AUTH_PASSWORD", "")) || _isUnknownUser)
                throw new OracleError(1017, "invalid username/password; logon denied");
            WriteSessionProperties(_proof.ServerResponse());
            End(new EndOfCall());
        });
    }

    private void WriteSessionProperties(string response)
    {
        var service = _server.Options.ServiceName;
        (string Key, string Value)[] pairs =
        [
            ("AUTH_VERSION_STRING", "- Production"), ("AUTH_VERSION_SQL", "26"), ("AUTH_XACTION_TRAITS", "3"),
            ("AUTH_VERSION_NO", "318767104"), ("AUTH_VERSION_STATUS", "0"), ("AUTH_CAPABILITY_TABLE", ""),
            ("AUTH_DBNAME", service), ("AUTH_SESSION_ID", $"{Id}"), ("AUTH_SERIAL_NUM", "1"), ("AUTH_INSTANCE_NO", "1"),
            ("AUTH_FAILOVER_ID", ""), ("AUTH_SERVER_PID", "1"), ("AUTH_SC_SERVER_HOST", "localhost"), ("AUTH_SC_DBUNIQUE_NAME", service),
            ("AUTH_SC_INSTANCE_NAME", "EMBEDDED"), ("AUTH_SC_SERVICE_NAME", service), ("AUTH_SC_INSTANCE_ID", "1"),
            ("AUTH_SC_INSTANCE_START_TIME", "2024-01-01 00:00:00.000000000 +00:00"), ("AUTH_SC_DB_DOMAIN", ""), ("AUTH_SC_SVC_FLAGS", "0"),
            ("AUTH_INSTANCENAME", "EMBEDDED"), ("AUTH_USER_ID", "100"), ("AUTH_NLS_LXLAN", "AMERICAN"), ("AUTH_NLS_LXCTERRITORY", "AMERICA"),
            ("AUTH_NLS_LXCCURRENCY", "$"), ("AUTH_NLS_LXCISOCURR", "AMERICA"), ("AUTH_NLS_LXCNUMERICS", ".,"), ("AUTH_NLS_LXCDATEFM", "DD-MON-RR"),
            ("AUTH_NLS_LXCDATELANG", "AMERICAN"), ("AUTH_NLS_LXCSORT", "BINARY"), ("AUTH_NLS_LXCCALENDAR", "GREGORIAN"),
            ("AUTH_NLS_LXCUNIONCUR", "$"), ("AUTH_NLS_LXCTIMEFM", "HH.MI.SSXFF AM"), ("AUTH_NLS_LXCSTMPFM", "DD-MON-RR HH.MI.SSXFF AM"),
            ("AUTH_NLS_LXCTTZNFM", "HH.MI.SSXFF AM TZR"), ("AUTH_NLS_LXCSTZNFM", "DD-MON-RR HH.MI.SSXFF AM TZR"),
            ("SESSION_NLS_LXCCHARSET", "AL32UTF8"), ("SESSION_NLS_LXCNLSLENSEM", "BYTE"), ("SESSION_NLS_LXCNCHAREXCP", "FALSE"),
            ("SESSION_NLS_LXCNCHARIMP", "AL16UTF16"), ("AUTH_SVR_RESPONSE", response), ("AUTH_MAX_OPEN_CURSORS", "300"), ("AUTH_PDB_UID", "1"),
            ("AUTH_MAX_IDEN_LENGTH", "128"), ("AUTH_DB_MOUNT_ID\0", "1"), ("AUTH_DB_ID\0", "1"),
        ];
        _writer.U8(8).Ub(pairs.Length);
        foreach (var (key, value) in pairs) _writer.Pair(key, value);
    }

    private void Version()
    {
        _reader.Skip(_reader.Remaining);
        const string Banner = "Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production";
        _writer.U8(8).Ub(Banner.Length).Clr(Banner).Ub(0x13000000);
        EndWithStatus();
    }
}
