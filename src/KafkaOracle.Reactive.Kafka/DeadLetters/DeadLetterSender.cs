using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using KafkaHeaders = Confluent.Kafka.Headers;

namespace KafkaOracle.Reactive;

/// <summary>A producer for dead letters, shared by the lanes of its store. Thread-safe.</summary>
internal sealed class DeadLetterSender : IDisposable
{
    // A bound for what the client queues; its own default is 100,000.
    private const int MostUnderWay = 10_000;

    private readonly DeadLetterOptions _options;
    private readonly ILogger _logger;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly ConcurrentDictionary<ErrorCode, bool> _warned = new();
    private volatile Trouble? _trouble;
    private int _sending;

    private DeadLetterSender(DeadLetterOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        try
        {
            _producer = new ProducerBuilder<byte[]?, byte[]?>(ProducerSettings.For(options))
                .SetKeySerializer(Serializers.ByteArray!)
                .SetValueSerializer(Serializers.ByteArray!)
                .SetErrorHandler((_, error) => Note(error))
                .SetLogHandler((_, line) => Log.Client(_logger, line.Facility, WithoutSecrets(line.Message)))
                .Build();
        }
        catch (Exception fault)
        {
            // The client's exception may quote a setting's value, so it is not kept where that is a password.
            var text = WithoutSecrets(fault.Message);
            throw new DeadLetterException($"Kafka's client refuses the settings for dead letters: {text}", new(ErrorCode.Local_InvalidArg), text == fault.Message ? fault : null);
        }
    }

    /// <exception cref="DeadLetterException">The client refuses the settings.</exception>
    public static DeadLetterSender Open(DeadLetterOptions options, ILogger logger) => new(options, logger);

    /// <summary>What keeps the brokers from taking letters; null while nothing does.</summary>
    public Trouble? Trouble => Volatile.Read(ref _sending) > 0 ? _trouble : null;

    /// <summary>Returns when the brokers have taken all letters.</summary>
    /// <exception cref="DeadLetterException">They have not, for as long as the options allow.</exception>
    public async Task SendAsync(string pipeline, long epoch, string topic, IReadOnlyList<DeadLetter> letters, CancellationToken stop)
    {
        Interlocked.Increment(ref _sending);
        try
        {
            foreach (var chunk in letters.Chunk(MostUnderWay))
                await Task.WhenAll(chunk.Select(letter => _producer.ProduceAsync(topic, Message(pipeline, letter), CancellationToken.None))).WaitAsync(stop);
        }
        catch (KafkaException fault)
        {
            throw new DeadLetterException(
                $"Pipeline '{pipeline}' cannot send the {letters.Count} dead letters of epoch {epoch} to topic '{topic}' at {_options.BootstrapServers}: {WithoutSecrets(fault.Error.Reason)} ({fault.Error.Code}). {Remedy(fault.Error)}The epoch was not committed: the next run sends them again.",
                fault.Error, fault);
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
        _warned.Clear();
        _trouble = null;
        Log.DeadLettersSent(_logger, pipeline, letters.Count, epoch, topic);
    }

    public void Dispose() => _producer.Dispose();

    private Message<byte[]?, byte[]?> Message(string pipeline, DeadLetter letter)
    {
        var headers = new KafkaHeaders();
        foreach (var (name, value) in letter.HeadersFor(pipeline)) headers.Add(name, value?.ToArray());
        // Brokers refuse what lies more than an hour ahead of them, and such a time stamp may be what is wrong with the message.
        var now = _options.TimeProvider.GetUtcNow();
        return new()
        {
            Key = letter.Key?.ToArray(),
            Value = letter.Value?.ToArray(),
            Headers = headers,
            Timestamp = new(letter.Timestamp < now ? letter.Timestamp : now),
        };
    }

    private static string Remedy(Error error) => error.Code switch
    {
        ErrorCode.MsgSizeTooLarge => "A letter is its message and some headers: let the topic's max.message.bytes be larger than that of the topic it comes from. ",
        ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => "Allow the user to write to it. ",
        _ => "",
    };

    private void Note(Error error)
    {
        _trouble ??= new(TroubleKind.Store, _options.TimeProvider.GetUtcNow(), WithoutSecrets(error.Reason));
        if (_warned.TryAdd(error.Code, true)) Log.Trouble(_logger, _options.BootstrapServers, error.Code, WithoutSecrets(error.Reason));
        else Log.TroubleAgain(_logger, _options.BootstrapServers, error.Code, WithoutSecrets(error.Reason));
    }

    private string WithoutSecrets(string text) => ConsumerSettings.WithoutSecrets(_options.Config, text);
}
