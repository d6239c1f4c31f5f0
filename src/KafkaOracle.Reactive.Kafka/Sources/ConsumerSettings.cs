using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>What the source asks of the consumer's settings, and which of them are nobody's business.</summary>
internal static class ConsumerSettings
{
    private const string ResultFields = "dotnet.consumer.consume.result.fields";

    /// <summary>Without these the source would lose messages or not see the log's end.</summary>
    private static readonly (string Name, string Value, string Why)[] Fixed =
    [
        ("auto.offset.reset", "error", "a gap in the log must be seen, not skipped; where to begin is the option Position"),
        ("enable.partition.eof", "true", "a lane must know when a partition has nothing more"),
        ("enable.auto.offset.store", "false", "what is read is not what is committed"),
        ("allow.auto.create.topics", "false", "a typing error must not create a topic"),
    ];

    /// <summary>
    /// Chosen where the user has not. A short back-off, as a consumer whose local queue was full otherwise starves for a second; a
    /// short wait, as an empty fetch holds up every other request on the connection. Confluent.Kafka has no asynchronous commit:
    /// stored offsets with the client's own timer are one.
    /// </summary>
    private static readonly (string Name, string Value)[] Defaults =
    [
        ("fetch.queue.backoff.ms", "10"),
        ("fetch.wait.max.ms", "50"),
        ("isolation.level", "read_committed"),
        ("enable.auto.commit", "true"),
        ("auto.commit.interval.ms", "1000"),
        (ResultFields, "all"),
    ];

    private static readonly string[] Secret =
        ["sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.oauthbearer.assertion.private.key.pem"];

    /// <summary>Settings of the user that the source cannot live with, each with the reason. None of them is secret.</summary>
    public static IEnumerable<string> Conflicts(ConsumerConfig config)
    {
        var settings = config.ToDictionary(s => s.Key, s => s.Value);
        foreach (var (name, value, why) in Fixed)
            if (settings.TryGetValue(name, out var set) && !string.Equals(set, value, StringComparison.OrdinalIgnoreCase))
                yield return $"{name} is '{set}', and the source needs '{value}': {why}. Leave it out.";
        if (settings.TryGetValue(ResultFields, out var fields) && !IsEnough(fields))
            yield return $"{ResultFields} is '{fields}', and the source needs at least 'timestamp,topic'.";
    }

    /// <summary>All settings for a consumer.</summary>
    public static Dictionary<string, string> For(KafkaSourceOptions options, string group)
    {
        var settings = options.Config.ToDictionary(s => s.Key, s => s.Value);
        settings["bootstrap.servers"] = options.BootstrapServers;
        settings.TryAdd("group.id", group);
        foreach (var (name, value) in Defaults) settings.TryAdd(name, value);
        foreach (var (name, value, _) in Fixed) settings[name] = value;
        return settings;
    }

    /// <summary>
    /// All settings for a member of a group. Of several topics the same number must go to the same member: of the client's ways to
    /// assign only range promises that.
    /// </summary>
    /// <exception cref="KafkaSourceException">The settings name another way for several topics.</exception>
    public static Dictionary<string, string> ForMember(KafkaSourceOptions options, string group, IReadOnlyCollection<string> topics)
    {
        var settings = For(options, group);
        var name = settings.GetValueOrDefault("group.protocol") == "consumer" ? "group.remote.assignor" : "partition.assignment.strategy";
        if (topics.Count > 1)
        {
            settings.TryAdd(name, "range");
            if (settings[name] != "range")
                throw new KafkaSourceException($"{name} is '{settings[name]}', and lanes per partition over several topics ({string.Join(", ", topics)}) need 'range': only it gives the same partition of each topic to the same process. Leave it out.", new(ErrorCode.Local_InvalidArg));
        }
        else if (name == "partition.assignment.strategy") settings.TryAdd(name, "cooperative-sticky");
        return settings;
    }

    /// <summary>A text of the client's without the passwords that it may quote.</summary>
    public static string WithoutSecrets(IEnumerable<KeyValuePair<string, string>> config, string text)
    {
        foreach (var (name, value) in config)
            if (Secret.Contains(name) && !string.IsNullOrEmpty(value)) text = text.Replace(value, "***", StringComparison.Ordinal);
        return text;
    }

    private static bool IsEnough(string fields)
    {
        var names = fields.Split(',', StringSplitOptions.TrimEntries);
        return names.Contains("all") || (names.Contains("timestamp") && names.Contains("topic"));
    }
}
