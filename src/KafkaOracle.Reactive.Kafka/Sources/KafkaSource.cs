using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Kafka as the source of pipelines. Any number of runs may share it; it holds no connection of its own.</summary>
/// <remarks>
/// A reader assigns all its partitions to itself instead of joining a group: see docs/decisions/0001-a-single-lane-assigns.md. Lanes per
/// partition join one. What is done for back-pressure is in docs/kafka.md.
/// </remarks>
public sealed class KafkaSource : IMessageSource
{
    private readonly KafkaSourceOptions _options;
    private readonly ILogger _logger;

    /// <summary>Checks the options; connects to nothing yet.</summary>
    /// <param name="options">Copied.</param>
    /// <param name="logger">Told of starts, stops, pauses and lost connections, never of single messages; null for none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of their ranges; all of them are listed.</exception>
    public KafkaSource(KafkaSourceOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
        _logger = logger.WithoutFailures();
    }

    /// <inheritdoc/>
    /// <exception cref="KafkaSourceException">A topic does not exist or no broker answers in time.</exception>
    public Task<IReadOnlyList<LogPartition>> PartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(topics);
        string[] names = [.. topics];
        return LookUpAsync<IReadOnlyList<LogPartition>>(log => [.. names.SelectMany(log.Partitions)], stop);
    }

    /// <inheritdoc/>
    /// <exception cref="KafkaSourceException">A partition does not exist or no broker answers in time.</exception>
    public Task<IReadOnlyList<PartitionRange>> FindAsync(IReadOnlyList<PartitionTime> times, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(times);
        PartitionTime[] copy = [.. times];
        return LookUpAsync(log => log.Find(copy), stop);
    }

    /// <inheritdoc/>
    /// <exception cref="KafkaSourceException">No broker answers in time.</exception>
    public async Task<IMessageReader> OpenAsync(string group, IReadOnlyList<PartitionStart> starts, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentNullException.ThrowIfNull(starts);
        return await KafkaReader.OpenAsync(_options, group, starts, _logger, stop);
    }

    /// <inheritdoc/>
    /// <exception cref="KafkaSourceException">The client refuses the settings, or they would give a lane's partitions to several members.</exception>
    public Task<IGroupMember> JoinAsync(string group, IReadOnlyCollection<string> topics, IPartitionOwner owner, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentNullException.ThrowIfNull(owner);
        stop.ThrowIfCancellationRequested();
        return Task.FromResult<IGroupMember>(KafkaMember.Join(_options, group, topics, owner, _logger));
    }

    private Task<T> LookUpAsync<T>(Func<LogLookup, T> look, CancellationToken stop) => Background(() =>
    {
        using var connection = new KafkaConnection(_options, ConsumerSettings.For(_options, "metadata"), _logger);
        return look(new(connection, _options));
    }).WaitAsync(stop);

    /// <summary>The client blocks: not on a thread of the pool.</summary>
    internal static Task<T> Background<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
