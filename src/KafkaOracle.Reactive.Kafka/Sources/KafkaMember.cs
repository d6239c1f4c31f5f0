using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A member of a consumer group: one consumer, polled by one thread, that the lanes of its partitions share.</summary>
/// <remarks>
/// A partition that is assigned is paused until a lane reads it. The thread waits for nobody: a lane that is behind has its own
/// partitions paused, and the polling goes on, so that the group does not take the member for dead. Only a revocation is waited for, as
/// the group gives the partitions to others when it returns.
/// </remarks>
internal sealed class KafkaMember : IGroupMember
{
    /// <summary>Longest that a request goes unnoticed, in milliseconds; and when lanes are paused, that room does.</summary>
    private const int Step = 50, ShortStep = 5;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly KafkaSourceOptions _options;
    private readonly string _group;
    private readonly IPartitionOwner _owner;
    private readonly ILogger _logger;
    private readonly KafkaConnection _connection;
    private readonly Slab _scratch;
    private readonly HashSet<TopicPartition> _assigned = [];
    private readonly List<TopicPartition> _unpaused = [];
    private readonly LaneReaders _lanes;
    private readonly ConcurrentQueue<Action> _requests = new();
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
        _scratch = _connection.Filler.Slab;
        _lanes = new(_connection, options, group, logger);
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
        var reader = new LaneReader(_options, [.. starts.Select(s => s.Partition)], await RangesAsync(starts, stop), r => _requests.Enqueue(() => _lanes.Close(r)));
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var since = _options.TimeProvider.GetTimestamp();
        _requests.Enqueue(() => Open(reader, opened, since));
        try
        {
            await (await Task.WhenAny(opened.Task, Completion)).WaitAsync(stop);
            return opened.Task.IsCompletedSuccessfully ? reader : throw new OperationCanceledException($"The member has left group '{_group}'.");
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
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
        catch (KafkaException cause)
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
        for (var requests = _requests.Count; requests > 0 && _requests.TryDequeue(out var request); requests--) request();
        _lanes.Tend();
        var polled = 0;
        while (polled < _options.SlabMessages && Poll(0)) polled++;
        if (polled == 0) Poll(_requests.IsEmpty && !_lanes.ArePaused ? Step : ShortStep);
        _lanes.HandOver(_stop.Token);
    }

    /// <returns>Whether there was a message or the end of a partition.</returns>
    private bool Poll(int milliseconds)
    {
        _scratch.Clear();
        ConsumeResult<Ignore, Ignore>? result = null;
        try
        {
            result = _connection.Poll(milliseconds, _group);
        }
        catch (ConsumeException fault)
        {
            End(fault);
        }
        if (_handlerFault is { } handlers) throw handlers;
        PauseUnread();
        if (result is null) return false;
        if (_lanes.Of(result.Topic, result.Partition.Value, out var index) is not { } reader) return true;      // it came before the pause
        if (result.IsPartitionEOF) reader.AddEnd(index, result.Offset.Value);
        else reader.Add(index, _scratch, result.Offset.Value, result.Message.Timestamp.UnixTimestampMs);
        if (reader is { IsFull: true, IsPaused: false }) _lanes.HandOver(reader, _stop.Token);
        return true;
    }

    private void Open(LaneReader reader, TaskCompletionSource opened, long since)
    {
        if (opened.Task.IsCompleted || reader.Slabs.Completion.IsCompleted) return;
        if (!reader.Partitions.All(_assigned.Contains))
        {
            opened.TrySetException(new OperationCanceledException($"Group '{_group}' has given the partitions of a lane to another member."));
            return;
        }
        try
        {
            _lanes.Open(reader);
        }
        catch (KafkaException fault) when (fault.Error.Code == ErrorCode.Local_State && _options.TimeProvider.GetElapsedTime(since) < _options.ConnectTimeout)
        {
            _requests.Enqueue(() => Open(reader, opened, since));      // the client has not begun with the partition yet
            return;
        }
        catch (KafkaException fault)
        {
            opened.TrySetException(_connection.Explain(fault, $"begin to read {string.Join(", ", reader.Partitions)}"));
            return;
        }
        opened.TrySetResult();
    }

    /// <summary>An error of one partition ends the reading of its lane; any other that of all.</summary>
    private void End(ConsumeException fault)
    {
        var at = fault.ConsumerRecord?.TopicPartition;
        if (at is null || !_assigned.Contains(at)) throw _connection.CannotReadOn(fault, _group);
        if (_lanes.Of(at.Topic, at.Partition.Value, out var index) is { } reader) _lanes.Fail(reader, _connection.Explain(fault, new(at.Topic, at.Partition.Value), reader.Next[index]));
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
        return [.. partitions.Select(p => new TopicPartitionOffset(p, Offset.End))];      // until a lane says from where
    }

    private void Revoked(List<TopicPartition> partitions)
    {
        Log.Revoked(_logger, _group, partitions.Count, string.Join(", ", partitions));
        _assigned.ExceptWith(partitions);
        using var deadline = new CancellationTokenSource(_options.RevokeTimeout, _options.TimeProvider);
        var ending = _owner.OnRevokedAsync([.. partitions.Select(ToLog)], deadline.Token);
        Task.WhenAny(ending, Task.Delay(_options.RevokeTimeout + Grace, _options.TimeProvider)).GetAwaiter().GetResult();
        Detach(partitions);
    }

    private void Lost(List<TopicPartition> partitions)
    {
        Log.Lost(_logger, _group, partitions.Count, string.Join(", ", partitions));
        _assigned.ExceptWith(partitions);
        _owner.OnLost([.. partitions.Select(ToLog)]);
        Detach(partitions);
    }

    private void Detach(List<TopicPartition> partitions)
    {
        _unpaused.RemoveAll(partitions.Contains);
        _unpaused.AddRange(_lanes.EndThoseOf(partitions).Where(_assigned.Contains));      // a lane's partitions of other topics stay
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
            _lanes.EndAll();
            _connection.Dispose();
        }
    }

    private static LogPartition ToLog(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);
}
