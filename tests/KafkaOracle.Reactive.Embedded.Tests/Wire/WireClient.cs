using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>What a client announces in the handshake.</summary>
/// <param name="Version">Oracle Net version of its CONNECT.</param>
/// <param name="FieldVersion">TTC field version.</param>
/// <param name="Compressed">Asks for representation 1 of data type 27.</param>
/// <param name="EndOfResponse">Reads END_OF_RESPONSE.</param>
/// <param name="LongErrors">Lists data type 652.</param>
/// <param name="BareText">Sends text whose length was told before without another length.</param>
internal sealed record ClientKind(
    int Version = 318, int FieldVersion = 24, bool Compressed = false, bool EndOfResponse = false, bool LongErrors = true, bool BareText = false);

/// <summary>A client that knows just enough of Oracle Net to send requests byte by byte and to hand out replies as they came.</summary>
internal sealed class WireClient : IDisposable
{
    public const int Data = 6;
    public const int Marker = 12;
    private const int TimeoutMilliseconds = 60_000;
    private const int Sdu = 8192;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = TimeoutMilliseconds, NoDelay = true };
    private readonly EmbeddedOracle _server;
    private readonly ClientKind _kind;
    private readonly string _password;
    private bool _large;
    private bool _endsResponses;

    public WireClient(EmbeddedOracle server, string password, ClientKind kind)
    {
        _server = server;
        _password = password;
        _kind = kind;
        _socket.Connect(IPAddress.Loopback, server.Port);
    }

    public Socket Socket => _socket;

    public ClientKind Kind => _kind;

    public int FieldVersion => _kind.FieldVersion;

    /// <summary>Bytes of the packets that answered the protocol message, the data types, and the two phases of the login.</summary>
    public byte[] ProtocolReply { get; private set; } = [];
    public byte[] DataTypesReply { get; private set; } = [];
    public byte[] ChallengeReply { get; private set; } = [];
    public byte[] LoginReply { get; private set; } = [];

    /// <summary>Connects without any message behind the ACCEPT packet.</summary>
    public WireClient Accepted()
    {
        SendRaw(Connect(_kind.Version, "FREEPDB1"));
        var accept = ReadPacket();
        accept.Type.Should().Be(2, "the server accepts");
        _large = BinaryPrimitives.ReadUInt16BigEndian(accept.Body) >= 315;
        return this;
    }

    /// <summary>Connects, negotiates and logs in, all in messages of their own.</summary>
    public WireClient Login()
    {
        Accepted();
        ProtocolReply = Exchange([1, 6, 0, .. "test\0"u8]);
        DataTypesReply = Exchange(DataTypes());
        _endsResponses = _kind.EndOfResponse;
        ChallengeReply = Exchange(LoginFirst());
        LoginReply = Exchange(LoginSecond(ChallengeReply));
        return this;
    }

    public byte[] LoginFirst() =>
        [3, 0x76, 1, .. Token, 1, .. Number(_server.User.Length), .. Number(1), 1, .. Number(0), 1, 1, .. Text(_server.User)];

    public byte[] LoginSecond(byte[] challenge)
    {
        var pairs = ReplyDecoder.Pairs(Messages(challenge));
        var salt = Convert.FromHexString(pairs["AUTH_VFR_DATA"]);
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_password), (byte[])[.. salt, .. "AUTH_PBKDF2_SPEEDY_KEY"u8], 4096, HashAlgorithmName.SHA512, 64);
        var hash = SHA512.HashData((byte[])[.. key, .. salt])[..32];
        var serverKey = Crypt(hash, Convert.FromHexString(pairs["AUTH_SESSKEY"]), encrypt: false, PaddingMode.None);
        var clientKey = RandomNumberGenerator.GetBytes(32);
        var both = Encoding.ASCII.GetBytes(Convert.ToHexString((byte[])[.. clientKey, .. serverKey]));
        var combined = Rfc2898DeriveBytes.Pbkdf2(both, Convert.FromHexString(pairs["AUTH_PBKDF2_CSK_SALT"]), 3, HashAlgorithmName.SHA512, 32);
        var password = Convert.ToHexString(Crypt(combined, [.. new byte[16], .. Encoding.UTF8.GetBytes(_password)], encrypt: true, PaddingMode.PKCS7));
        return
        [
            3, 0x73, 2, .. Token, 1, .. Number(_server.User.Length), .. Number(0x101), 1, .. Number(2), 1, 1, .. Text(_server.User),
            .. Pair("AUTH_SESSKEY", Convert.ToHexString(Crypt(hash, clientKey, encrypt: true, PaddingMode.None))), .. Pair("AUTH_PASSWORD", password),
        ];
    }

    /// <summary>Negotiation and the first phase of the login in one message, and its reply.</summary>
    public byte[] LoginFast()
    {
        _endsResponses = _kind.EndOfResponse;
        return Exchange([0x22, 1, 1, 0, 1, 6, 0, .. "test\0"u8, 0, 0, 0, 0, 0, 13, .. DataTypes(), 3, 0x76, 1, .. LoginFirst()[(3 + Token.Length)..]]);
    }

    /// <summary>Sends a request and reads its reply, a client's reset in between where one is due.</summary>
    public byte[] Exchange(byte[] request)
    {
        Send(request);
        return ReadReply();
    }

    public void Send(byte[] request) => SendRaw(Packet(Data, [0, 0, .. request]));

    public void SendMarker(byte kind) => SendRaw(Packet(Marker, [1, 0, kind]));

    public void SendRaw(byte[] packets) => _socket.Send(packets);

    /// <summary>The packets of a reply: up to the one that says that it is the last, or that is not full.</summary>
    public byte[] ReadReply()
    {
        var packets = new List<byte>();
        var messages = new List<byte>();
        while (true)
        {
            var packet = ReadPacket();
            packets.AddRange(packet.Whole);
            if (packet.Type == Marker)
            {
                if (packet.Body[2] == 2) SendMarker(2);
                continue;
            }
            if (packet.Type != Data) return [.. packets];
            messages.AddRange(packet.Body[2..]);
            if (_endsResponses && _kind.Version >= 319 ? packet.Body[0] == 0x20 : packet.Whole.Length < Sdu) return [.. packets];
        }
    }

    public (int Type, byte[] Body, byte[] Whole) ReadPacket()
    {
        var header = ReadExactly(8);
        var length = _large ? BinaryPrimitives.ReadInt32BigEndian(header) : BinaryPrimitives.ReadUInt16BigEndian(header);
        var body = ReadExactly(length - 8);
        return (header[4], body, [.. header, .. body]);
    }

    /// <summary>TTC bytes out of whole packets.</summary>
    public static byte[] Messages(byte[] packets)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < packets.Length;)
        {
            var large = BinaryPrimitives.ReadUInt16BigEndian(packets.AsSpan(at)) == 0;
            var length = large ? BinaryPrimitives.ReadInt32BigEndian(packets.AsSpan(at)) : BinaryPrimitives.ReadUInt16BigEndian(packets.AsSpan(at));
            if (packets[at + 4] == Data) bytes.AddRange(packets[(at + 10)..(at + length)]);
            at += length;
        }
        return [.. bytes];
    }

    public byte[] Packet(int type, byte[] body)
    {
        var packet = new byte[8 + body.Length];
        if (_large) BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        else BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)packet.Length);
        packet[4] = (byte)type;
        body.CopyTo(packet, 8);
        return packet;
    }

    public static byte[] Connect(int version, string service)
    {
        var descriptor = Encoding.ASCII.GetBytes($"(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME={service})))");
        var body = new byte[66];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)version);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(6), Sdu);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(8), Sdu);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(16), (ushort)descriptor.Length);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(18), 74);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(50), Sdu);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(54), Sdu);
        byte[] packet = [0, 0, 0, 0, 1, 0, 0, 0, .. body, .. descriptor];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)packet.Length);
        return packet;
    }

    public byte[] DataTypes()
    {
        var compile = new byte[53];
        compile[7] = (byte)_kind.FieldVersion;
        compile[27] = 1;
        compile[37] = 0x20;
        if (_kind.EndOfResponse) compile[40] = 0x20;
        byte[] list = [0, 1, 0, 1, 0, 1, 0, 0, 0, 27, 0, 27, 0, (byte)(_kind.Compressed ? 1 : 10), 0, 0];
        if (_kind.LongErrors) list = [.. list, 0x02, 0x8c, 0x02, 0x8c, 0, 1, 0, 0];
        return [2, 0x69, 3, 0x69, 3, (byte)(_kind.BareText ? 1 : 3), (byte)compile.Length, .. compile, 7, 2, 0, 0, 0, 0, 0, 0, .. list, 0, 0];
    }

    /// <summary>The token of a function header, in the field versions that have one.</summary>
    public byte[] Token => _kind.FieldVersion >= 18 ? [0] : [];

    public byte[] Text(string text) => _kind.BareText ? Encoding.UTF8.GetBytes(text) : Clr(text);

    public static byte[] Number(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        var significant = bytes.TrimStart((byte)0);
        return [(byte)significant.Length, .. significant];
    }

    public static byte[] Clr(string text) => text.Length <= 252
        ? [(byte)text.Length, .. Encoding.UTF8.GetBytes(text)]
        : [0xfe, .. Number(text.Length), .. Encoding.UTF8.GetBytes(text), 0];

    public void Dispose() => _socket.Dispose();

    private static byte[] Pair(string key, string value) => [.. Number(key.Length), .. Clr(key), .. Number(value.Length), .. Clr(value), 0];

    private static byte[] Crypt(byte[] key, byte[] data, bool encrypt, PaddingMode padding)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return encrypt ? aes.EncryptCbc(data, new byte[16], padding) : aes.DecryptCbc(data, new byte[16], padding);
    }

    private byte[] ReadExactly(int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var n = _socket.Receive(bytes.AsSpan(done));
            if (n == 0) throw new EndOfStreamException("The server closed the connection.");
            done += n;
        }
        return bytes;
    }
}
