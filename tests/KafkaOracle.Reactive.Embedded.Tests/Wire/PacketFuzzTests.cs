using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>
/// Requests that no client sends. Whatever comes, a session answers or ends, and the server goes on. A share runs always;
/// KAFKAORACLE_FUZZ_PACKETS asks for more, KAFKAORACLE_FUZZ_SEED repeats a run.
/// </summary>
public sealed class PacketFuzzTests : IDisposable
{
    private const string Password = "fuzzed";
    private const long MostMemory = 512L << 20;
    private readonly EmbeddedOracle _server = EmbeddedOracle.Start(new EmbeddedOracleOptions
    {
        Password = Password,
        MaxRequestBytes = 4 << 20,
        MaxLobBytes = 4 << 20,
        LockWait = TimeSpan.FromSeconds(1),
    });

    private readonly int _seed = int.Parse(Environment.GetEnvironmentVariable("KAFKAORACLE_FUZZ_SEED") ?? $"{Random.Shared.Next()}", null);

    private static int Packets => int.Parse(Environment.GetEnvironmentVariable("KAFKAORACLE_FUZZ_PACKETS") ?? "4000", null);

    public void Dispose() => _server.Dispose();

    /// <summary>Behind every broken request come a break, a reset and a call whose answer is known: it must arrive, or the connection end.</summary>
    [Fact]
    public void Answers_or_ends_a_session_whatever_request_comes()
    {
        var random = new Random(_seed);
        WireClient? client = null;
        long done = 0;
        try
        {
            for (; done < Packets; done++)
            {
                var kind = new ClientKind(FieldVersion: random.Next(2) == 0 ? 24 : 12, Compressed: random.Next(2) == 0);
                client ??= new WireClient(_server, Password, kind).Login();
                var valid = Requests(client);
                var request = Mutation.Of(valid[random.Next(valid.Count)], random);
                try
                {
                    client.Send(request);
                    client.SendMarker(1);
                    client.SendMarker(2);
                    client.Send([.. WireRequests.Function(client, 0x3b), 1, 2, 1, 0, 1, 1, 1, 1]);
                    for (var answered = false; !answered;)
                    {
                        var reply = client.ReadPacket().Whole.AsSpan();
                        // An exception that nobody expected: ORA-00600 with its name.
                        if (reply.IndexOf("ORA-00600"u8) is >= 0 and var at && reply[at..].IndexOf("Exception]"u8) >= 0) throw new InvalidOperationException(Encoding.UTF8.GetString(reply[at..]));
                        answered = reply.IndexOf("(embedded server)"u8) >= 0;
                    }
                }
                catch (Exception e) when (e is EndOfStreamException or SocketException { SocketErrorCode: not SocketError.TimedOut and not SocketError.WouldBlock })
                {
                    client.Dispose();
                    client = null;
                }
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Packet {done} of seed {_seed} was not answered: {e.Message}", e);
        }
        finally
        {
            client?.Dispose();
        }
        ServerIsAlive();
    }

    /// <summary>Packets are broken too, headers and all; then the client says no more, so that the server must end the connection.</summary>
    [Fact]
    public void Ends_a_connection_whatever_packets_come_before_the_login()
    {
        var random = new Random(_seed);
        long done = 0;
        try
        {
            for (; done < Packets / 4; done++)
            {
                using var client = new WireClient(_server, Password, new ClientKind());
                List<byte[]> packets = [WireClient.Connect(318, "FREEPDB1"), .. Handshake(client)];
                packets[random.Next(packets.Count)] = Mutation.Of(packets[random.Next(packets.Count)], random);
                try
                {
                    foreach (var packet in packets) client.SendRaw(packet);
                    client.Socket.Shutdown(SocketShutdown.Send);
                    var buffer = new byte[65536];
                    while (client.Socket.Receive(buffer) > 0) { }
                }
                catch (SocketException e) when (e.SocketErrorCode is not SocketError.TimedOut and not SocketError.WouldBlock)
                {
                    // The server ended it while the client was still sending.
                }
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Connection {done} of seed {_seed} was not ended: {e.Message}", e);
        }
        ServerIsAlive();
    }

    /// <summary>Found by a million packets: the list of results did not fit into memory, and nobody else could write any more.</summary>
    [Fact]
    public void Refuses_to_execute_a_statement_two_thousand_million_times_and_holds_nobody_up()
    {
        using var client = new WireClient(_server, Password, new ClientKind()).Login();
        client.Exchange(WireRequests.Statement(client, client.FieldVersion, "CREATE TABLE F (ID NUMBER(9))", WireRequests.Execute | WireRequests.Commit));
        client.Exchange(WireRequests.Statement(client, client.FieldVersion, "INSERT INTO F VALUES (1)", WireRequests.Execute | WireRequests.Commit));

        for (byte cursor = 1; cursor <= 2; cursor++)
        {
            client.Send([.. WireRequests.Function(client, 0x04), 1, cursor, 4, 0x7f, 0xff, 0xff, 0xff, 0, 0]);
            client.SendMarker(1);
            client.SendMarker(2);
            client.Send([.. WireRequests.Function(client, 0x3b), 1, 2, 1, 0, 1, 1, 1, 1]);
            while (client.ReadPacket().Whole.AsSpan().IndexOf("(embedded server)"u8) < 0) { }
        }

        using var other = new WireClient(_server, Password, new ClientKind()).Login();
        var reply = other.Exchange(WireRequests.Statement(other, other.FieldVersion, "INSERT INTO F VALUES (2)", WireRequests.Execute | WireRequests.Commit));
        reply.AsSpan().IndexOf("ORA-"u8).Should().Be(-1);
    }

    private void ServerIsAlive()
    {
        using (var client = new WireClient(_server, Password, new ClientKind()).Login())
        {
            var reply = client.Exchange(WireRequests.Query(client, 24, "SELECT 1 FROM DUAL"));
            ReplyDecoder.Decode(reply, true, client.Kind, new ReplyContext()).Fields.Should().Contain(new KeyValuePair<string, string>("row1.values[0]", "C102"), $"seed {_seed}");
        }
        SpinWait.SpinUntil(() => _server.SessionCount == 0, TimeSpan.FromSeconds(60)).Should().BeTrue($"every session ends with its client (seed {_seed})");
        GC.GetTotalMemory(forceFullCollection: true).Should().BeLessThan(MostMemory, $"seed {_seed}");
    }

    private static List<byte[]> Handshake(WireClient client) =>
    [
        Large(client.Packet(WireClient.Data, [0, 0, 0xde, 0xad, 0xbe, 0xef, 0, 21, 0x0b, 0x20, 2, 0, 0, 1, 0, 0, 4, 0, 0, 0, 0, 0, 0])),
        Large(client.Packet(WireClient.Data, [0, 0, 1, 6, 0, .. "test\0"u8])),
        Large(client.Packet(WireClient.Data, [0, 0, .. client.DataTypes()])),
        Large(client.Packet(WireClient.Data, [0, 0, .. client.LoginFirst()])),
        Large(client.Packet(WireClient.Data, [0, 0, 3, 0x73, 2, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0, 1, 1, 4, .. "USER"u8])),
    ];

    /// <summary>The same packet with the 32-bit length that is used from the ACCEPT on.</summary>
    private static byte[] Large(byte[] packet)
    {
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        return packet;
    }

    private static List<byte[]> Requests(WireClient client)
    {
        var version = client.FieldVersion;
        return
        [
            WireRequests.Query(client, version, "SELECT 1, 'a', SYSDATE FROM DUAL"),
            WireRequests.Statement(client, version, "CREATE TABLE F (ID NUMBER(9) PRIMARY KEY, V VARCHAR2(20), C CLOB)", WireRequests.Execute | WireRequests.Commit),
            WireRequests.Statement(client, version, "INSERT INTO F (ID, V) VALUES (:1, :2)", WireRequests.Bind | WireRequests.Execute | WireRequests.NotPlSql | 0x80000, rowCounts: true, binds: ["1", "text"]),
            WireRequests.Statement(client, version, "UPDATE F SET V = :1 WHERE ID = 1 RETURNING V INTO :2", WireRequests.Bind | WireRequests.Execute, binds: ["x", "y"]),
            WireRequests.Statement(client, version, "DECLARE n NUMBER := :1; BEGIN n := n + 1; :2 := n || 'x'; EXECUTE IMMEDIATE 'SELECT :a FROM DUAL' INTO n USING n; END;", WireRequests.Bind | WireRequests.Execute | 0x400, binds: ["1", "y"]),
            WireRequests.Statement(client, version, "ALTER SESSION SET TIME_ZONE = '+02:00' NLS_NUMERIC_CHARACTERS = ',.'", WireRequests.Execute),
            WireRequests.Statement(client, version, "DROP TABLE F", WireRequests.Execute | WireRequests.Commit),
            [.. WireRequests.Function(client, 0x04), 1, 1, 1, 1, 0, 0, 7, 1, (byte)'2', 1, (byte)'b'],
            [.. WireRequests.Function(client, 0x4e), 1, 1, 1, 10, 0, 0],
            [.. WireRequests.Function(client, 0x05), 1, 1, 1, 10],
            WireRequests.Function(client, 0x0e),
            WireRequests.Function(client, 0x0f),
            WireRequests.Function(client, 0x93),
            [.. WireRequests.Function(client, 0x62), 7, 0, 1, 1, 18, 1, 2, 1, 1, .. client.Text("SELECT * FROM DUAL")],
            [0x11, 0x69, 1, .. client.Token, 1, 1, 2, 1, 1, 1, 2, .. WireRequests.Function(client, 0x93)],
            [.. WireRequests.Function(client, 0x60), 1, 1, 40, 0, 1, 10, 0, 0, 1, 0, 1, 2, 1, 0x10, 0, 0, 0, 1, 0x71, 0, 0, 0, 0, 0, 0, 0, .. new byte[40], 2, 3, 0x69],
            [.. WireRequests.Function(client, 0x60), 1, 1, 40, 0, 0, 0, 0, 0, 0, 0, 1, 0x40, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, .. new byte[17], 1, .. new byte[22], 14, 3, 1, 2, 3],
            [.. WireRequests.Function(client, 0x60), 1, 1, 40, 0, 0, 0, 0, 0, 0, 0, 1, 0x02, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, .. new byte[17], 1, .. new byte[22], 2, 0x10, 0],
            [.. WireRequests.Function(client, 0x80), 1, 1, 1, 1, 2, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, (byte)'F', 1, 1, 0, 1, 2, 2, (byte)'I', (byte)'D', 1, 4],
            [.. WireRequests.Function(client, 0x81), 1, 1, 1, 1, 6, 2, 1, 0x90, 0, 0, 1, 1, 0x3c, 0, 6, 1, 1, 0xff],
            [.. WireRequests.Function(client, 0x82), 1, 2, 1, 1, 0, 0, 1, 1],
        ];
    }
}

/// <summary>What can go wrong with bytes on their way.</summary>
internal static class Mutation
{
    private static readonly byte[] Edges = [0, 1, 2, 3, 4, 7, 8, 9, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xfd, 0xfe, 0xff];

    public static byte[] Of(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var n = random.Next(1, 5); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = Edges[random.Next(Edges.Length)]; break;
                case 2: bytes.Insert(at, Edges[random.Next(Edges.Length)]); break;
                case 3: bytes.RemoveAt(at); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: bytes.InsertRange(at, [4, 0x7f, 0xff, 0xff, 0xff]); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(16, bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }
}
