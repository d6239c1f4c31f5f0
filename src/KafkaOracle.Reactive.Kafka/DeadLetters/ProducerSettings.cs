using System.Globalization;
using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>What dead letters ask of the producer's settings.</summary>
internal static class ProducerSettings
{
    /// <summary>Without these letters would be lost, doubled by the client, or outlive their time-out.</summary>
    private static readonly (string Name, string? Value, string Why)[] Fixed =
    [
        ("enable.idempotence", "true", "a request that is repeated must not double its letters"),
        ("acks", "all", "a letter that a failing broker forgets is lost"),
        ("dotnet.producer.enable.delivery.reports", "true", "an epoch waits until its letters are there"),
        ("message.timeout.ms", null, "it is the option RetryTimeout"),
        ("transactional.id", null, "letters are sent at least once, without transactions"),
    ];

    /// <summary>Settings of the user that cannot be, each with the reason. None of them is secret.</summary>
    public static IEnumerable<string> Conflicts(ProducerConfig config)
    {
        var settings = config.ToDictionary(s => s.Key, s => s.Value);
        foreach (var (name, value, why) in Fixed)
            if (settings.TryGetValue(name, out var set) && !string.Equals(set, value, StringComparison.OrdinalIgnoreCase) && !(name == "acks" && set == "-1"))
                yield return $"{name} is '{set}': {why}. Leave it out.";
    }

    public static Dictionary<string, string> For(DeadLetterOptions options)
    {
        var settings = options.Config.ToDictionary(s => s.Key, s => s.Value);
        settings["bootstrap.servers"] = options.BootstrapServers;
        settings.TryAdd("message.max.bytes", "1000000000");
        settings["enable.idempotence"] = "true";
        settings["acks"] = "all";
        settings["message.timeout.ms"] = ((long)options.RetryTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return settings;
    }
}
