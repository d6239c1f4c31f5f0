using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using KafkaLogMessage = Confluent.Kafka.LogMessage;

namespace KafkaOracle.Reactive;

/// <summary>A consumer with its handlers. Used by one thread at a time.</summary>
internal sealed class KafkaConnection : IDisposable
{
    private readonly KafkaSourceOptions _options;
    private readonly ILogger _logger;
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(2), ProbeTimeout = TimeSpan.FromMilliseconds(500), LookEvery = TimeSpan.FromSeconds(10), EndTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How long a topic may be unknown before it counts as deleted, as librdkafka has it: brokers tell each other with delay.</summary>
    private static readonly TimeSpan PropagationTime = TimeSpan.FromSeconds(30);

    private readonly HashSet<ErrorCode> _warned = [];
    private Error? _last;
    private volatile Trouble? _outage;
    private long _probed, _quietSince, _goneSince;

    /// <param name="options">The source's options.</param>
    /// <param name="settings">All settings of the client.</param>
    /// <param name="logger">Told what the client says.</param>
    /// <param name="extend">Adds handlers.</param>
    public KafkaConnection(KafkaSourceOptions options, IEnumerable<KeyValuePair<string, string>> settings, ILogger logger, Action<ConsumerBuilder<Ignore, Ignore>>? extend = null)
    {
        (_options, _logger) = (options, logger);
        Filler = new(NewSlab());
        try
        {
            var builder = new ConsumerBuilder<Ignore, Ignore>(settings)
                .SetKeyDeserializer(Filler.Key)
                .SetValueDeserializer(Filler.Value)
                .SetErrorHandler((_, error) => Note(error))
                .SetLogHandler((_, line) => Write(line))
                .SetOffsetsCommittedHandler((_, committed) => Note(committed));
            extend?.Invoke(builder);
            Consumer = builder.Build();
        }
        catch (Exception fault)
        {
            Filler.Slab.Dispose();
            // The client's exception may quote a setting's value, so it is not kept where that is a password.
            var text = ConsumerSettings.WithoutSecrets(options.Config, fault.Message);
            throw new KafkaSourceException($"Kafka's client refuses the settings: {text}", new(ErrorCode.Local_InvalidArg), text == fault.Message ? fault : null);
        }
    }

    public IConsumer<Ignore, Ignore> Consumer { get; }

    public SlabFiller Filler { get; }

    /// <summary>An error after which the client does nothing any more; null while there is none.</summary>
    public Error? Fatal { get; private set; }

    /// <summary>Whether the client has said that no broker can be reached, and nothing has arrived since.</summary>
    public bool IsDown => _outage is not null;

    /// <summary>Since when no broker can be reached; null while one can. Any thread may ask.</summary>
    public Trouble? Outage => _outage;

    public Slab NewSlab() => new(_options.SlabMessages, Math.Min(_options.SlabBytes, 128 * 1024));

    /// <summary>One clear exception for a client that could not do something at the start.</summary>
    public KafkaSourceException Explain(KafkaException fault, string what)
    {
        ServeCallbacks();
        var why = Text(_last ?? fault.Error);
        return fault.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_AllBrokersDown
            ? new($"No Kafka broker answers at {_options.BootstrapServers} within {_options.ConnectTimeout.TotalSeconds:0.###} s, asked to {what}: {why}", fault.Error, fault)
            : new($"Kafka at {_options.BootstrapServers} could not {what}: {Text(fault.Error)} ({fault.Error.Code})", fault.Error, fault);
    }

    /// <summary>The next message or end of a partition; null where there is none in time. What was read of a message is in the filler's slab.</summary>
    /// <exception cref="KafkaSourceException">The client has given up.</exception>
    /// <exception cref="ConsumeException">An error of a partition that is not known to pass.</exception>
    public ConsumeResult<Ignore, Ignore>? Poll(int milliseconds, string group)
    {
        try
        {
            var result = Consumer.Consume(milliseconds);
            if (Fatal is { } fatal) throw new KafkaSourceException($"Kafka's client for group '{group}' has given up: {Text(fatal)} ({fatal.Code})", fatal);
            if (result is not null) Arrived();
            return result;
        }
        catch (ConsumeException fault) when (KafkaErrors.IsTransient(fault.Error))
        {
            Trouble(fault.Error);
            return null;
        }
    }

    /// <summary>One clear exception for a partition that cannot be read on.</summary>
    public KafkaSourceException Explain(ConsumeException fault, LogPartition partition, long next)
        => fault.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation
            ? new($"Partition {partition} cannot be read from offset {next} on: {LogNow(partition)}. Retention, truncation or a new topic of this name has removed messages that were not read yet.", fault.Error, fault)
            : new($"Partition {partition} cannot be read from offset {next} on: {Text(fault.Error)} ({fault.Error.Code})", fault.Error, fault);

    /// <summary>One clear exception for a group that cannot read on.</summary>
    public KafkaSourceException CannotReadOn(KafkaException fault, string group) => new($"Group '{group}' cannot read on: {Text(fault.Error)} ({fault.Error.Code})", fault.Error, fault);

    public string Text(Error error) => ConsumerSettings.WithoutSecrets(_options.Config, error.Reason);

    private void Arrived()
    {
        _quietSince = 0;
        if (_warned.Count == 0) return;
        _warned.Clear();
        _outage = null;
        Log.Recovered(_logger, _options.BootstrapServers);
    }

    /// <summary>An error that passes. An outage of hours is one warning, not one for each attempt to connect.</summary>
    public void Trouble(Error error)
    {
        if (_warned.Add(error.Code)) Log.Trouble(_logger, _options.BootstrapServers, error.Code, Text(error));
        else Log.TroubleAgain(_logger, _options.BootstrapServers, error.Code, Text(error));
        if (error.Code == ErrorCode.Local_AllBrokersDown) _outage ??= new(TroubleKind.Source, _options.TimeProvider.GetUtcNow(), $"No Kafka broker answers at {_options.BootstrapServers}: {Text(_last ?? error)}");
    }

    /// <summary>Asks in an outage, now and then, whether it is over: where no message comes nothing else would tell.</summary>
    public void Probe(TopicPartition partition)
    {
        if (_outage is null || (_probed != 0 && _options.TimeProvider.GetElapsedTime(_probed) < ProbeEvery)) return;
        _probed = _options.TimeProvider.GetTimestamp();
        try
        {
            Consumer.QueryWatermarkOffsets(partition, ProbeTimeout);
            Arrived();
        }
        catch (KafkaException)
        {
            // It is not.
        }
    }

    /// <summary>Looks in a silence, now and then, whether the topic is still there: the client waits for ever, without an error, for one that was deleted.</summary>
    /// <exception cref="KafkaSourceException">It has been gone for <c>topic.metadata.propagation.max.ms</c>.</exception>
    public void LookFor(string topic)
    {
        var time = _options.TimeProvider;
        if (_quietSince == 0) (_quietSince, _goneSince) = (time.GetTimestamp(), 0);
        var propagation = _options.Config.TopicMetadataPropagationMaxMs is { } set ? TimeSpan.FromMilliseconds(set) : PropagationTime;
        if (IsDown || time.GetElapsedTime(_quietSince) < (propagation < LookEvery ? propagation : LookEvery)) return;
        _quietSince = time.GetTimestamp();
        if (IsThere(topic)) _goneSince = 0;
        else if (_goneSince == 0) _goneSince = _quietSince;
        else if (time.GetElapsedTime(_goneSince) >= propagation)
            throw new KafkaSourceException($"Topic '{topic}' no longer exists at {_options.BootstrapServers}: it was deleted while it was read.", new(ErrorCode.UnknownTopicOrPart));
    }

    /// <summary>
    /// Whether a partition has no message at or after an offset, not even one of a transaction that is open; false also where its leader does
    /// not answer. The connection has to stay until the task has ended.
    /// </summary>
    public async Task<bool> EndsAtAsync(TopicPartition partition, long offset)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(Consumer.Handle).Build();
            // The consumer's own question, with read_committed, would end before the first open transaction.
            var ends = await admin.ListOffsetsAsync([new() { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() }],
                new() { RequestTimeout = EndTimeout, IsolationLevel = IsolationLevel.ReadUncommitted });
            // A leader that is known and does not answer in time leaves no error behind, but no offset either (librdkafka, ListOffsets_response_merge).
            return ends.ResultInfos is [{ TopicPartitionOffsetError: { Error.IsError: false, Offset.Value: >= 0 } end }] && end.Offset.Value <= offset;
        }
        catch (Exception)                                       // whatever it is: nobody knows
        {
            return false;
        }
    }

    /// <summary>What the servers say of a topic; null where they say nothing.</summary>
    /// <exception cref="KafkaException">Nobody answers.</exception>
    public TopicMetadata? Describe(string topic, TimeSpan timeout)
    {
        using var admin = new DependentAdminClientBuilder(Consumer.Handle).Build();
        return admin.GetMetadata(topic, timeout).Topics.SingleOrDefault(t => t.Topic == topic);
    }

    /// <summary>True also where nobody says that it is not.</summary>
    private bool IsThere(string topic)
    {
        try
        {
            return Describe(topic, ProbeTimeout) is not { } found || !KafkaErrors.IsMissingTopic(found.Error);
        }
        catch (KafkaException)
        {
            return true;
        }
    }

    /// <summary>The reasons of a failed connection arrive as events, and those only while the consumer is polled: for a time, before it reads anything.</summary>
    public void ServeCallbacks(TimeSpan time = default)
    {
        try
        {
            Consumer.Consume(time);
        }
        catch (KafkaException)
        {
            // Another error than the one to be explained.
        }
    }

    public void Dispose()
    {
        Consumer.Dispose();
        Filler.Slab.Dispose();
    }

    private string LogNow(LogPartition partition)
    {
        try
        {
            var range = Consumer.QueryWatermarkOffsets(partition.ToKafka(), TimeSpan.FromSeconds(2));
            return $"its log now holds the offsets {range.Low.Value} to {range.High.Value - 1}";
        }
        catch (KafkaException)
        {
            return "its log no longer holds it";
        }
    }

    private void Note(Error error)
    {
        // "All brokers are down" follows the error that says why.
        if (error.Code != ErrorCode.Local_AllBrokersDown || _last is null) _last = error;
        if (error.IsFatal) Fatal = error;
        else Trouble(error);
    }

    private void Note(CommittedOffsets committed)
    {
        if (committed.Error.IsError && committed.Error.Code != ErrorCode.Local_NoOffset) Log.NotReported(_logger, committed.Error.Code, Text(committed.Error));
    }

    private void Write(KafkaLogMessage line) => Log.Client(_logger, line.Facility, ConsumerSettings.WithoutSecrets(_options.Config, line.Message));
}
