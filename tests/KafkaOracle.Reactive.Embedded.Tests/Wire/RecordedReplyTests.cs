using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>
/// Replies of real servers, provoked here with the same requests and compared field by field. The recordings lie beside the project
/// and are data of others: without them these tests are skipped.
/// </summary>
public sealed class RecordedReplyTests : IDisposable
{
    private const string Password = "recorded";
    private const string User = "PYTHONTEST";
    private const string Missing = "The recordings of real servers are not beside the project.";
    private readonly EmbeddedOracle _server = EmbeddedOracle.Start(new EmbeddedOracleOptions { User = User, Password = Password });

    public static TheoryData<string> Ids => [.. RecordedScenarios.All.Keys];

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Every_recording_is_compared_or_says_why_not()
    {
        var recordings = RecordedReplies.Load();
        Assert.SkipWhen(recordings == null, Missing);

        recordings!.Keys.Should().BeEquivalentTo(RecordedScenarios.All.Keys.Concat(RecordedScenarios.NotCompared.Keys));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Answers_as_a_real_server_did(string id)
    {
        var recordings = RecordedReplies.Load();
        Assert.SkipWhen(recordings == null, Missing);
        var recorded = recordings![id];
        var scenario = RecordedScenarios.All[id];

        var (real, ours) = recorded.Context.Kind == "tns" ? Packets(recorded) : Replies(recorded, scenario);

        var allowed = scenario.Differs.Concat(RecordedScenarios.Everywhere).Select(d => d.Field).ToList();
        var differences = Differences(real, ours).Where(d => !allowed.Any(a => d.StartsWith(a, StringComparison.Ordinal)));
        differences.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Names_no_difference_that_is_gone(string id)
    {
        var recordings = RecordedReplies.Load();
        Assert.SkipWhen(recordings == null, Missing);
        var recorded = recordings![id];
        var scenario = RecordedScenarios.All[id];

        var (real, ours) = recorded.Context.Kind == "tns" ? Packets(recorded) : Replies(recorded, scenario);

        var differences = Differences(real, ours);
        scenario.Differs.Where(d => !differences.Any(x => x.StartsWith(d.Field, StringComparison.Ordinal))).Should().BeEmpty();
    }

    private static List<string> Differences(List<KeyValuePair<string, string>> real, List<KeyValuePair<string, string>> ours)
    {
        var theirs = real.ToDictionary(f => f.Key, f => f.Value);
        var mine = ours.ToDictionary(f => f.Key, f => f.Value);
        return
        [
            .. theirs.Where(f => mine.GetValueOrDefault(f.Key) != f.Value).Select(f => $"{f.Key}: real {f.Value}, ours {mine.GetValueOrDefault(f.Key, "absent")}"),
            .. mine.Where(f => !theirs.ContainsKey(f.Key)).Select(f => $"{f.Key}: real absent, ours {f.Value}"),
        ];
    }

    private (List<KeyValuePair<string, string>> Real, List<KeyValuePair<string, string>> Ours) Replies(RecordedReply recorded, RecordedScenario scenario)
    {
        using (var before = new WireClient(_server, Password, new ClientKind()).Login())
            foreach (var sql in scenario.Setup.Where(s => !s.StartsWith('.'))) Run(before, sql, WireRequests.Commit);
        using var client = new WireClient(_server, Password, recorded.Client);
        byte[] reply;
        if (recorded.Id == "fastauth-23-nio")
        {
            reply = client.Accepted().LoginFast();
        }
        else
        {
            client.Login();
            foreach (var sql in scenario.Setup.Where(s => s.StartsWith('.'))) Run(client, sql[1..], 0);
            reply = scenario.Reply?.Invoke(client, recorded) ?? client.Exchange(WireClient.Messages(recorded.Request));
            if (scenario.Reply == null && !recorded.ArePackets) reply = WireClient.Messages(reply);
        }
        return (
            ReplyDecoder.Decode(recorded.Reply, recorded.ArePackets, recorded.Client, recorded.Context).Fields,
            ReplyDecoder.Decode(reply, recorded.ArePackets, recorded.Client, recorded.Context).Fields);
    }

    private static void Run(WireClient client, string sql, int options)
    {
        var reply = WireClient.Messages(client.Exchange(WireRequests.Statement(client, client.FieldVersion, sql, WireRequests.Execute | WireRequests.NotPlSql | options)));
        ReplyDecoder.Decode(reply, false, client.Kind, new ReplyContext()).Fields.Should().Contain(new KeyValuePair<string, string>("error1.code", "0"), sql);
    }

    /// <summary>ACCEPT and REFUSE, for the version that the recorded server settled on.</summary>
    private (List<KeyValuePair<string, string>> Real, List<KeyValuePair<string, string>> Ours) Packets(RecordedReply recorded)
    {
        using var client = new WireClient(_server, Password, new ClientKind());
        var isRefusal = recorded.Reply[4] == 4;
        var version = isRefusal ? 318 : BinaryPrimitives.ReadUInt16BigEndian(recorded.Reply.AsSpan(8));
        client.SendRaw(WireClient.Connect(version, isRefusal ? "NOSUCH" : "FREEPDB1"));
        return (Fields(recorded.Reply), Fields(client.ReadPacket().Whole));
    }

    private static List<KeyValuePair<string, string>> Fields(byte[] packet)
    {
        if (packet[4] == 4) return [new("bytes", Convert.ToHexString(packet))];
        var end = Math.Min(packet.Length, 41);
        var fields = new List<KeyValuePair<string, string>> { new("bytes.length", $"{packet.Length}"), new("bytes.start", Convert.ToHexString(packet, 0, end)) };
        if (packet.Length >= 45) fields.Add(new("bytes.flags2", Convert.ToHexString(packet, 41, 4)));
        return fields;
    }
}
