using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A member of a consumer group, which says what partitions there are to read; each lane reads its own by a reader of its own.</summary>
/// <remarks>
/// The member reads nothing: what it is assigned is paused for good. A consumer that reads what a group assigns can be sent elsewhere by
/// the client, which looks up where to begin while a lane already reads; messages would be passed over. The thread waits for nobody, so
/// that the group does not take the member for dead, except in a revocation, as the group gives the partitions to others when it returns.
/// </remarks>
internal sealed class KafkaMember : IGroupMember
{
    /// <summary>Longest that a stop or progress to be shown goes unnoticed, in milliseconds.</summary>
    private const int Step = 50;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly KafkaSourceOptions _options;
    private readonly string _group;
    private readonly IPartitionOwner _owner;
    private readonly ILogger _logger;
    private readonly KafkaConnection _connection;
    private readonly HashSet<TopicPartition> _assigned = [];
    private readonly List<TopicPartition> _unpaused = [];
    private readonly ConcurrentQueue<TopicPartitionOffset> _reported = new();
    private readonly Lock _lookingUp = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KafkaConnection? _lookup;
    private Exception? _handlerFault;

    private KafkaMember(KafkaSourceOptions options, string group, IReadOnlyCollection<string> topics, IPartitionOwner owner, ILogger logger)
    {
        (_options, _group, _owner, _logger) = (options, group, owner, logger);
        _connection = new(options, ConsumerSettings.ForMember(options, group, topics), logger, builder => builder
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Guarded(() => Revoked([.. partitions.Select(p => p.TopicPartition)])))
            .SetPartitionsLostHandler((_, partitions) => Guarded(() => Lost([.. partitions.Select(p => p.TopicPartition)]))));
        _connection.Consumer.Subscribe(topics);
        Log.Joining(logger, group, string.Join(", ", topics), options.BootstrapServers);
        new Thread(Run) { IsBackground = true, Name = $"kafka {group}" }.Start();
    }

    /// <inheritdoc/>
    public Task Completion => _completion.Task;

    /// <summary>Joins in the background; fails at once where the settings are refused.</summary>
    public static KafkaMember Join(KafkaSourceOptions options, string group, IReadOnlyCollection<string> topics, IPartitionOwner owner, ILogger logger)
        => new(options, group, topics, owner, logger);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionRange>> RangesAsync(IReadOnlyList<PartitionStart> starts, CancellationToken stop) => KafkaSource.Background(() =>
    {
        lock (_lookingUp)                                       // by a consumer of its own, as the poll thread is the only caller of the other
        {
            ObjectDisposedException.ThrowIf(Completion.IsCompleted, this);
            try
            {
                return LookUp(starts);
            }
            catch (KafkaSourceException fault) when (fault.Error.Code == ErrorCode.Local_UnknownPartition)
            {
                _lookup!.Dispose();                             // it knows the topic from before partitions were added
                _lookup = null;
                return LookUp(starts);
            }
        }
    }).WaitAsync(stop);

    /// <inheritdoc/>
    public async Task<IMessageReader> OpenAsync(IReadOnlyList<PartitionStart> starts, CancellationToken stop)
    {
        TopicPartition[] partitions = [.. starts.Select(s => s.Partition.ToKafka())];
        return new LaneReader(await KafkaReader.OpenAsync(_options, _group, starts, _logger, stop), next =>
        {
            foreach (var (partition, offset) in partitions.Zip(next)) _reported.Enqueue(new(partition, offset));
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        var most = _options.RevokeTimeout + (2 * Grace);
        if (await Task.WhenAny(Completion, Task.Delay(most, _options.TimeProvider)) != Completion) Log.SlowClose(_logger, _group, most);
    }

    private IReadOnlyList<PartitionRange> LookUp(IReadOnlyList<PartitionStart> starts)
        => new LogLookup(_lookup ??= new(_options, ConsumerSettings.For(_options, "metadata"), _logger), _options).Ranges(starts);

    private void Run()
    {
        Exception? fault = null;
        try
        {
            while (!_stop.IsCancellationRequested) Turn();
        }
        catch (KafkaException cause)                            // of a partition's too: none is read here
        {
            fault = _connection.CannotReadOn(cause, _group);
        }
        catch (Exception cause)
        {
            fault = cause;
        }
        Leave();
        Log.StoppedReading(_logger, _group);
        if (fault is null) _completion.SetResult();
        else _completion.SetException(fault);
        lock (_lookingUp) _lookup?.Dispose();
    }

    private void Turn()
    {
        while (_reported.TryDequeue(out var offset)) Store(offset);
        _connection.Filler.Slab.Clear();                        // what came before the pause
        _connection.Poll(Step, _group);
        if (_handlerFault is { } handlers) throw handlers;
        PauseUnread();
    }

    private void Store(TopicPartitionOffset offset)
    {
        if (!_assigned.Contains(offset.TopicPartition)) return;
        try
        {
            _connection.Consumer.StoreOffset(offset);
            Log.Reported(_logger, _group, offset);
        }
        catch (KafkaException fault)
        {
            Log.NotReported(_logger, fault.Error.Code, _connection.Text(fault.Error));
        }
    }

    // ---- rebalances, called while the consumer is polled or closed -----------------------------------------------------

    private List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        Guarded(() =>
        {
            Log.Assigned(_logger, _group, partitions.Count, string.Join(", ", partitions));
            _assigned.UnionWith(partitions);
            _unpaused.AddRange(partitions);
            _owner.OnAssigned([.. partitions.Select(ToLog)]);
        });
        return [.. partitions.Select(p => new TopicPartitionOffset(p, Offset.End))];
    }

    private void Revoked(List<TopicPartition> partitions)
    {
        Log.Revoked(_logger, _group, partitions.Count, string.Join(", ", partitions));
        _assigned.ExceptWith(partitions);
        using var deadline = new CancellationTokenSource(_options.RevokeTimeout, _options.TimeProvider);
        var ending = _owner.OnRevokedAsync([.. partitions.Select(ToLog)], deadline.Token);
        Task.WhenAny(ending, Task.Delay(_options.RevokeTimeout + Grace, _options.TimeProvider)).GetAwaiter().GetResult();
        _unpaused.RemoveAll(partitions.Contains);
    }

    private void Lost(List<TopicPartition> partitions)
    {
        Log.Lost(_logger, _group, partitions.Count, string.Join(", ", partitions));
        _assigned.ExceptWith(partitions);
        _owner.OnLost([.. partitions.Select(ToLog)]);
        _unpaused.RemoveAll(partitions.Contains);
    }

    // What a handler throws would come out of the client's callback.
    private void Guarded(Action handler)
    {
        try
        {
            handler();
        }
        catch (Exception fault)
        {
            _handlerFault ??= fault;
        }
    }

    private void PauseUnread()
    {
        if (_unpaused.Count == 0) return;
        _connection.Consumer.Pause(_unpaused);
        _unpaused.Clear();
    }

    private void Leave()
    {
        try
        {
            // Without a broker the client would try for its session timeout to leave.
            if (_connection.IsDown) Guarded(() => Revoked([.. _assigned]));
            else _connection.Consumer.Close();
        }
        catch (Exception fault)
        {
            Log.Trouble(_logger, _options.BootstrapServers, ErrorCode.Local_Fail, ConsumerSettings.WithoutSecrets(_options.Config, fault.Message));
        }
        finally
        {
            _connection.Dispose();
        }
    }

    private static LogPartition ToLog(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);
}
