using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>
/// A store that sends dead letters to Kafka and leaves all else to the store behind it: rejected messages, where the options say so, and
/// what queries write into a <see cref="DeadLetterTopic"/>.
/// </summary>
/// <remarks>
/// An epoch's letters are sent, and the brokers have taken them, before the store behind commits the epoch: none is lost. When the commit
/// does not follow, be it for a crash or for another owner of the partition, they are sent again by whoever computes the epoch again.
/// While the topic takes no letters the epoch waits, then the run fails; epochs without letters never wait.
/// </remarks>
public sealed class DeadLetterStore : IEpochStore
{
    private readonly IEpochStore _store;
    private readonly DeadLetterOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private DeadLetterSender? _sender;
    private int _users;

    /// <summary>Puts dead letters before a store; nothing connects yet.</summary>
    /// <param name="store">Where rows, ledger and the other rejects live.</param>
    /// <param name="options">Copied.</param>
    /// <param name="logger">Told of lost connections, never of single letters; null for none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of their ranges; all of them are listed.</exception>
    public DeadLetterStore(IEpochStore store, DeadLetterOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        (_store, _options, _logger) = (store, options.Validated(), logger.WithoutFailures());
    }

    /// <inheritdoc/>
    /// <exception cref="KafkaSourceException">A topic for dead letters does not exist, or no broker answers in time.</exception>
    public async Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(tables);
        var rejects = _options.RejectsTopic?.Replace(DeadLetterOptions.PipelineMark, pipeline, StringComparison.Ordinal);
        string[] topics = [.. tables.OfType<DeadLetterTopic>().Select(t => t.Name).Concat(rejects is null ? [] : [rejects]).Distinct()];
        if (topics.Length > 0) await new KafkaSource(Lookup(), _logger).PartitionsAsync(topics, stop);
        var writer = await _store.OpenAsync(pipeline, [.. tables.Where(t => t is not DeadLetterTopic)], stop);
        try
        {
            return new DeadLetterWriter(pipeline, writer, Acquire(), Release, rejects, _options.KeepRejects);
        }
        catch (Exception)
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    // Topics are looked up by a consumer, which unlike a producer creates none by asking.
    private KafkaSourceOptions Lookup() => new() { BootstrapServers = _options.BootstrapServers, ConnectTimeout = _options.ConnectTimeout, Config = new(_options.Config.ToDictionary(s => s.Key, s => s.Value)) };

    private DeadLetterSender Acquire()
    {
        lock (_gate)
        {
            var sender = _sender ??= DeadLetterSender.Open(_options, _logger);
            _users++;
            return sender;
        }
    }

    // The client waits for its threads as it closes.
    private Task Release()
    {
        lock (_gate)
        {
            if (--_users > 0) return Task.CompletedTask;
            var sender = _sender!;
            _sender = null;
            return Task.Run(sender.Dispose);
        }
    }
}
