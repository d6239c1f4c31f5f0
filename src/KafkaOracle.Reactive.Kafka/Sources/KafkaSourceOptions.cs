using System.ComponentModel.DataAnnotations;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>Where a pipeline begins in a partition that its ledger does not know yet.</summary>
public enum KafkaPosition
{
    /// <summary>At the oldest message that is still there.</summary>
    Earliest,

    /// <summary>After the last message: only what comes from now on.</summary>
    Latest,

    /// <summary>At the first message whose time stamp is <see cref="KafkaSourceOptions.FromTime"/> or later; at the end where there is none.</summary>
    Timestamp,
}

/// <summary>How a <see cref="KafkaSource"/> reads.</summary>
public sealed class KafkaSourceOptions : IValidatableObject
{
    /// <summary>Addresses of some brokers, <c>host:port</c> with commas between them.</summary>
    /// <value>Required, here or as <c>bootstrap.servers</c> in <see cref="Config"/>; this one is preferred.</value>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Where to begin in partitions that the ledger does not know yet. What the ledger knows goes on where it stands.</summary>
    /// <value>The default is <see cref="KafkaPosition.Earliest"/>.</value>
    [EnumDataType(typeof(KafkaPosition))]
    public KafkaPosition Position { get; set; } = KafkaPosition.Earliest;

    /// <summary>The time for <see cref="KafkaPosition.Timestamp"/>.</summary>
    /// <value>From 1970 on. The default is null; required for that position.</value>
    public DateTimeOffset? FromTime { get; set; }

    /// <summary>Settings of Confluent's consumer, passed on as they are: security, fetching, anything it knows.</summary>
    /// <value>
    /// The default is empty. The source itself sets <c>auto.offset.reset=error</c>, <c>enable.partition.eof=true</c>,
    /// <c>enable.auto.offset.store=false</c> and <c>allow.auto.create.topics=false</c>, and refuses others. Where they are not set it
    /// chooses <c>fetch.queue.backoff.ms=10</c>, <c>fetch.wait.max.ms=50</c>, <c>isolation.level=read_committed</c>,
    /// <c>auto.commit.interval.ms=1000</c> and the pipeline's name as <c>group.id</c>. <c>enable.auto.commit=false</c> shows the
    /// servers no progress.
    /// </value>
    [Required]
    public ConsumerConfig Config { get; set; } = [];

    /// <summary>How many slabs may wait for the lane. With <see cref="SlabBytes"/> it bounds the memory.</summary>
    /// <value>1 to 10,000. The default is 16.</value>
    [Range(1, 10_000)]
    public int SlabQueue { get; set; } = 16;

    /// <summary>How many messages fill a slab. Slabs are handed over earlier when there is no further message at hand.</summary>
    /// <value>1 to 100,000. The default is 512.</value>
    [Range(1, 100_000)]
    public int SlabMessages { get; set; } = 512;

    /// <summary>How many bytes of keys, headers and values fill a slab; the message that reaches it still gets in.</summary>
    /// <value>1 KiB to 1 GiB. The default is 1 MiB.</value>
    [Range(1024, 1 << 30)]
    public int SlabBytes { get; set; } = 1 << 20;

    /// <summary>How long to wait for a slow lane before the partitions are paused. Pausing throws away what is prefetched, so short stalls are waited out.</summary>
    /// <value>1 millisecond to 1 hour. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Lanes per partition: how long a lane whose partition is given to another process may take to commit what it has computed. Then it
    /// is dropped, and the other process computes it again. Meanwhile the process polls nothing for its other lanes.
    /// </summary>
    /// <value>100 milliseconds to 4 minutes, which is less than the client's <c>max.poll.interval.ms</c> of 5. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:04:00")]
    public TimeSpan RevokeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the servers may take to answer when a run starts.</summary>
    /// <value>100 milliseconds to 10 minutes. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the time of the machine comes from, for <see cref="StallTimeout"/>.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    [Required]
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers) && string.IsNullOrWhiteSpace(Config?.BootstrapServers))
            yield return new($"{nameof(BootstrapServers)} is missing: name at least one broker as host:port.", [nameof(BootstrapServers)]);
        if (Position == KafkaPosition.Timestamp && FromTime is null)
            yield return new($"{nameof(FromTime)} is missing: {nameof(Position)} {nameof(KafkaPosition.Timestamp)} needs it.", [nameof(FromTime)]);
        if (Position != KafkaPosition.Timestamp && FromTime is not null)
            yield return new($"{nameof(FromTime)} is set, and {nameof(Position)} {Position} does not use it.", [nameof(FromTime)]);
        if (FromTime < DateTimeOffset.UnixEpoch)
            yield return new($"{nameof(FromTime)} is before 1970.", [nameof(FromTime)]);
        foreach (var conflict in Config is null ? [] : ConsumerSettings.Conflicts(Config))
            yield return new($"{nameof(Config)}: {conflict}", [nameof(Config)]);
    }

    /// <summary>Copies the options, so that a later change of theirs cannot reach a source in use.</summary>
    internal KafkaSourceOptions Validated()
    {
        var copy = (KafkaSourceOptions)MemberwiseClone();
        var result = new KafkaSourceOptionsValidator().Validate(nameof(KafkaSource), copy);
        if (result.Failed) throw new OptionsValidationException(nameof(KafkaSource), typeof(KafkaSourceOptions), result.Failures!);
        copy.Config = new(Config.ToDictionary(s => s.Key, s => s.Value));
        if (string.IsNullOrWhiteSpace(copy.BootstrapServers)) copy.BootstrapServers = copy.Config.BootstrapServers;
        return copy;
    }
}

[OptionsValidator]
internal sealed partial class KafkaSourceOptionsValidator : IValidateOptions<KafkaSourceOptions>;
