using System.ComponentModel.DataAnnotations;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>How dead letters are sent to Kafka.</summary>
public sealed class DeadLetterOptions : IValidatableObject
{
    /// <summary>Stands in <see cref="RejectsTopic"/> for the pipeline's name.</summary>
    internal const string PipelineMark = "{pipeline}";

    private static readonly string[] Shared = ["sasl.", "ssl.", "security.", "enable.ssl.", "enable.sasl.", "broker.address.", "client.dns.", "socket."];

    /// <summary>At least one broker, as <c>host:port</c>; several with commas. <see cref="Config"/> may hold it as well.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Settings of Confluent's producer, passed on as they are: security, compression, anything it knows.</summary>
    /// <value>
    /// The default is empty. <c>enable.idempotence=true</c>, <c>acks=all</c> and <c>message.timeout.ms</c> (of <see cref="RetryTimeout"/>) are
    /// set, and others refused; transactions are not used. Where it is not set, <c>message.max.bytes</c> is the client's most, as the topic
    /// decides how large a message may be.
    /// </value>
    [Required]
    public ProducerConfig Config { get; set; } = [];

    /// <summary>
    /// The topic for messages that do not get into a query: undecodable, out of bounds, and late where the query does not take late ones.
    /// <c>{pipeline}</c> in it stands for the pipeline's name. Records that a query finds bad go where the query says, to any
    /// <see cref="DeadLetterTopic"/>.
    /// </summary>
    /// <value>The default is null: they go to the store's rejects only.</value>
    public string? RejectsTopic { get; set; }

    /// <summary>Whether messages that go to <see cref="RejectsTopic"/> go to the store's rejects too. Rows that the database refuses always do.</summary>
    /// <value>The default is true.</value>
    public bool KeepRejects { get; set; } = true;

    /// <summary>How long letters are tried again while the brokers do not take them, before the run fails. Their epoch and those after it wait meanwhile.</summary>
    /// <value>1 second to 1 day. The default is 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the servers may take to answer when a run starts.</summary>
    /// <value>100 milliseconds to 10 minutes. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the time of the machine comes from, for time stamps in the future.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    [Required]
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Takes servers and security from a source's options, where there are none yet.</summary>
    public void ConnectLike(KafkaSourceOptions source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!string.IsNullOrWhiteSpace(BootstrapServers) || !string.IsNullOrWhiteSpace(Config.BootstrapServers)) return;
        BootstrapServers = string.IsNullOrWhiteSpace(source.BootstrapServers) ? source.Config.BootstrapServers ?? "" : source.BootstrapServers;
        var own = Config.Select(s => s.Key).ToHashSet();
        foreach (var (name, value) in source.Config)
            if (!own.Contains(name) && Array.Exists(Shared, prefix => name.StartsWith(prefix, StringComparison.Ordinal))) Config.Set(name, value);
    }

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers) && string.IsNullOrWhiteSpace(Config?.BootstrapServers))
            yield return new($"{nameof(BootstrapServers)} is missing: name at least one broker as host:port.", [nameof(BootstrapServers)]);
        if (RejectsTopic is not null && string.IsNullOrWhiteSpace(RejectsTopic))
            yield return new($"{nameof(RejectsTopic)} is empty: name a topic, or leave it out.", [nameof(RejectsTopic)]);
        if (!KeepRejects && RejectsTopic is null)
            yield return new($"{nameof(KeepRejects)} is false and there is no {nameof(RejectsTopic)}: rejected messages would be lost.", [nameof(KeepRejects)]);
        foreach (var conflict in Config is null ? [] : ProducerSettings.Conflicts(Config))
            yield return new($"{nameof(Config)}: {conflict}", [nameof(Config)]);
    }

    internal DeadLetterOptions Validated()
    {
        var copy = (DeadLetterOptions)MemberwiseClone();
        var result = new DeadLetterOptionsValidator().Validate(nameof(DeadLetterStore), copy);
        if (result.Failed) throw new OptionsValidationException(nameof(DeadLetterStore), typeof(DeadLetterOptions), result.Failures!.Select(f => $"dead letters: {f}"));
        copy.Config = new(Config.ToDictionary(s => s.Key, s => s.Value));
        if (string.IsNullOrWhiteSpace(copy.BootstrapServers)) copy.BootstrapServers = copy.Config.BootstrapServers;
        return copy;
    }
}

[OptionsValidator]
internal sealed partial class DeadLetterOptionsValidator : IValidateOptions<DeadLetterOptions>;
