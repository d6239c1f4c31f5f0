using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using KafkaLogMessage = Confluent.Kafka.LogMessage;

namespace KafkaOracle.Reactive;

/// <summary>A consumer with its handlers. Used by one thread at a time.</summary>
internal sealed class KafkaConnection : IDisposable
{
    private readonly KafkaSourceOptions _options;
    private readonly ILogger _logger;
    private readonly HashSet<ErrorCode> _warned = [];
    private Error? _last;

    public KafkaConnection(KafkaSourceOptions options, string group, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        Filler = new(NewSlab());
        try
        {
            Consumer = new ConsumerBuilder<Ignore, Ignore>(ConsumerSettings.For(options, group))
                .SetKeyDeserializer(Filler.Key)
                .SetValueDeserializer(Filler.Value)
                .SetErrorHandler((_, error) => Note(error))
                .SetLogHandler((_, line) => Write(line))
                .SetOffsetsCommittedHandler((_, committed) => Note(committed))
                .Build();
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
    public bool IsDown => _warned.Contains(ErrorCode.Local_AllBrokersDown);

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

    public string Text(Error error) => ConsumerSettings.WithoutSecrets(_options.Config, error.Reason);

    /// <summary>Something has arrived. Called for every message.</summary>
    public void Arrived()
    {
        if (_warned.Count == 0) return;
        _warned.Clear();
        Log.Recovered(_logger, _options.BootstrapServers);
    }

    /// <summary>An error that passes. An outage of hours is one warning, not one for each attempt to connect.</summary>
    public void Trouble(Error error)
    {
        if (_warned.Add(error.Code)) Log.Trouble(_logger, _options.BootstrapServers, error.Code, Text(error));
        else Log.TroubleAgain(_logger, _options.BootstrapServers, error.Code, Text(error));
    }

    public void Dispose()
    {
        Consumer.Dispose();
        Filler.Slab.Dispose();
    }

    /// <summary>The reasons of a failed connection arrive as events, and those only while the consumer is polled.</summary>
    private void ServeCallbacks()
    {
        try
        {
            Consumer.Consume(0);
        }
        catch (KafkaException)
        {
            // Another error than the one to be explained.
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
