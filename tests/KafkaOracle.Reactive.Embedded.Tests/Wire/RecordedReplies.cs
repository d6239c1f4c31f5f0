using System.Text.Json;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>A recorded reply of a real server.</summary>
internal sealed record RecordedReply(string Id, int FieldVersion, bool ArePackets, byte[] Request, byte[] Reply, bool Compressed, ReplyContext Context)
{
    private bool EndsResponse => Reply[^1] == 29;

    /// <summary>The end of the response stands in a packet's data flags, which ACCEPT version 319 allows; without packets that is not known.</summary>
    private bool FlagsEnd => EndsResponse && (!ArePackets || Reply.AsSpan().IndexOf((byte[])[6, 0, 0, 0, 0x20, 0]) >= 0);

    /// <summary>The client that it was recorded with. The one that asks for compressed bytes sends bare text too.</summary>
    public ClientKind Client => new(FlagsEnd ? 319 : 318, FieldVersion, Compressed, EndsResponse, FieldVersion >= 14, Compressed);
}

/// <summary>The recordings, which lie beside the project's folder and are not part of it: shared/recordings/oracle-wire.json.</summary>
internal static class RecordedReplies
{
    public static IReadOnlyDictionary<string, RecordedReply>? Load()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder != null && folder.GetFiles("*.sln").Length == 0) folder = folder.Parent;
        var file = folder?.Parent == null ? "" : Path.Combine(folder.Parent.FullName, "shared", "recordings", "oracle-wire.json");
        if (!File.Exists(file)) return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json.RootElement.GetProperty("entries").EnumerateArray().Select(Read).ToDictionary(r => r.Id);
    }

    private static RecordedReply Read(JsonElement entry)
    {
        var context = entry.TryGetProperty("context", out var given) ? given : default;
        return new RecordedReply(
            Text(entry, "id"),
            entry.GetProperty("field_version").GetInt32(),
            Text(entry, "packets").Length > 0,
            Convert.FromHexString(Text(entry, "request")),
            Convert.FromHexString(Text(entry, "reply")),
            (Has(context, "b1") && context.GetProperty("b1").GetInt32() == 1) || Text(entry, "id") == "datatypes-23-go",
            new ReplyContext(Text(context, "kind"), Text(context, "lob"), Has(context, "row_counts")));
    }

    private static bool Has(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    private static string Text(JsonElement element, string name) =>
        Has(element, name) && element.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
}
