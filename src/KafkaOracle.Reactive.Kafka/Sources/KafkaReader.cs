using System.Collections.Concurrent;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Messages under way from Kafka: one thread that is the only caller of the consumer, and a bounded queue of slabs.</summary>
internal sealed class KafkaReader : IMessageReader
{
    /// <summary>Longest that a stop goes unnoticed, in milliseconds, and that a partition is left alone though the lane wants it again.</summary>
    private const int Step = 100, HeldStep = 5;

    private static readonly TimeSpan CloseWait = TimeSpan.FromSeconds(2);

    private readonly KafkaSourceOptions _options;
    private readonly string _group;
    private readonly ILogger _logger;
    private readonly KafkaConnection _connection;
    private readonly PartitionIndex _partitions;
    private readonly long[] _next, _stored;
    private readonly bool[] _held, _isLeftAlone;                // as the lane wants it, and as it is
    private readonly Channel<Slab> _slabs;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(int Partition, long Offset, TaskCompletionSource<bool> Answer)> _questions = new();
    private long[]? _reported;
    private Task _asking = Task.CompletedTask;

    private KafkaReader(KafkaSourceOptions options, string group, KafkaConnection connection, IReadOnlyList<LogPartition> partitions, IReadOnlyList<PartitionRange> ranges, ILogger logger)
    {
        (_options, _group, _connection, _logger, Ranges) = (options, group, connection, logger, ranges);
        _partitions = new(partitions);
        _next = [.. ranges.Select(r => r.Start)];
        _stored = [.. _next];
        (_held, _isLeftAlone) = (new bool[ranges.Count], new bool[ranges.Count]);
        _slabs = Channel.CreateBounded<Slab>(new BoundedChannelOptions(options.SlabQueue) { SingleReader = true, SingleWriter = true });
        Log.Reading(logger, group, partitions.Count, ranges.Sum(r => Math.Max(0, r.End - r.Start)), options.BootstrapServers);
        new Thread(Run) { IsBackground = true, Name = $"kafka {group}" }.Start();
    }

    /// <inheritdoc/>
    public IReadOnlyList<PartitionRange> Ranges { get; }

    /// <inheritdoc/>
    public ChannelReader<Slab> Slabs => _slabs.Reader;

    /// <inheritdoc/>
    public Trouble? Trouble => _connection.Outage;

    /// <summary>Connects and finds where to begin.</summary>
    public static async Task<KafkaReader> OpenAsync(KafkaSourceOptions options, string group, IReadOnlyList<PartitionStart> starts, ILogger logger, CancellationToken stop)
    {
        PartitionStart[] copy = [.. starts];
        var opening = KafkaSource.Background(() => Open(options, group, copy, logger));
        try
        {
            return await opening.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // The client cannot be interrupted while it waits for a broker; what it then opens must not stay.
            _ = opening.ContinueWith(late => late.Result.DisposeAsync().AsTask(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private static KafkaReader Open(KafkaSourceOptions options, string group, IReadOnlyList<PartitionStart> starts, ILogger logger)
    {
        var connection = new KafkaConnection(options, ConsumerSettings.For(options, group), logger);
        try
        {
            var ranges = new LogLookup(connection, options).Ranges(starts);
            return new(options, group, connection, [.. starts.Select(s => s.Partition)], ranges, logger);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<bool> IsAtEndAsync(int partition, long offset)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions.Enqueue((partition, offset, answer));
        return answer.Task;
    }

    /// <inheritdoc/>
    public void Hold(int partition, bool isHeld) => Volatile.Write(ref _held[partition], isHeld);

    /// <inheritdoc/>
    public void Report(IReadOnlyList<long> nextOffsets) => Volatile.Write(ref _reported, [.. nextOffsets]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (await Task.WhenAny(_ended.Task, Task.Delay(CloseWait, _options.TimeProvider)) != _ended.Task) Log.SlowClose(_logger, _group, CloseWait);
        while (_slabs.Reader.TryRead(out var slab)) slab.Dispose();
    }

    private void Run()
    {
        Exception? fault = null;
        try
        {
            _connection.Consumer.Assign(_partitions.Select((p, i) => new TopicPartitionOffset(p, _next[i])));
            while (!_stop.IsCancellationRequested) Fill();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The lane was not reading any more.
        }
        catch (KafkaException cause)
        {
            fault = _connection.CannotReadOn(cause, _group);
        }
        catch (Exception cause)
        {
            fault = cause;
        }
        _slabs.Writer.TryComplete(fault);
        Close();
        Log.StoppedReading(_logger, _group);
        _ended.SetResult();
    }

    /// <summary>Fills the open slab with what is at hand, and hands it over when it is full or there is nothing more.</summary>
    private void Fill()
    {
        if (_asking.IsCompleted && _questions.TryDequeue(out var question)) _asking = AnswerAsync(question.Partition, question.Offset, question.Answer);
        LeaveAlone();
        var slab = _connection.Filler.Slab;
        while (slab.Count < _options.SlabMessages && slab.Bytes < _options.SlabBytes && Poll(0)) { }
        Store();
        if (slab.Count > 0) HandOver();
        else if (!Poll(_isLeftAlone.Contains(true) ? HeldStep : Step))
        {
            _connection.Probe(_partitions[0]);
            _connection.LookFor(_partitions[0].Topic);
        }
    }

    private void LeaveAlone()
    {
        for (var i = 0; i < _held.Length; i++)
        {
            var isHeld = Volatile.Read(ref _held[i]);
            if (isHeld == _isLeftAlone[i]) continue;
            if (isHeld) _connection.Consumer.Pause([_partitions[i]]);
            else _connection.Consumer.Resume([_partitions[i]]);
            _isLeftAlone[i] = isHeld;
            if (isHeld) Log.LeftAlone(_logger, _group, _partitions[i]);
            else Log.ReadOn(_logger, _group, _partitions[i]);
        }
    }

    private async Task AnswerAsync(int partition, long offset, TaskCompletionSource<bool> answer)
        => answer.SetResult(await _connection.EndsAtAsync(_partitions[partition], offset));

    /// <returns>Whether a message or the end of a partition went into the open slab.</returns>
    private bool Poll(int milliseconds)
    {
        try
        {
            if (_connection.Poll(milliseconds, _group) is not { } result) return false;
            var index = _partitions.Of(result.Topic, result.Partition.Value);
            if (result.IsPartitionEOF) _connection.Filler.Slab.AddEnd(index, result.Offset.Value);
            else
            {
                _connection.Filler.Slab.Add(index, result.Offset.Value, result.Message.Timestamp.UnixTimestampMs);
                _next[index] = result.Offset.Value + 1;
            }
            return true;
        }
        catch (ConsumeException fault)
        {
            throw Explain(fault);
        }
    }

    private void HandOver()
    {
        var slab = _connection.Filler.Slab;
        _connection.Filler.Slab = _connection.NewSlab();
        try
        {
            if (!_slabs.Writer.TryWrite(slab)) WaitForRoom(slab);
        }
        catch
        {
            slab.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The lane is behind. A short stall is waited out, as pausing throws prefetched messages away; in a long one the consumer is
    /// polled on with its partitions paused, so that its callbacks run and a group would not take it for dead.
    /// </summary>
    private void WaitForRoom(Slab slab)
    {
        var since = _options.TimeProvider.GetTimestamp();
        var paused = false;
        while (!_slabs.Writer.TryWrite(slab))
        {
            var room = _slabs.Writer.WaitToWriteAsync(_stop.Token).AsTask();
            while (Task.WaitAny([room], StepWithin(since, paused), _stop.Token) < 0)
            {
                Store();
                if (paused) Poll(0);
                else if (_options.TimeProvider.GetElapsedTime(since) >= _options.StallTimeout)
                {
                    // The position of each partition stays at the last message taken, so nothing is lost or read twice.
                    _connection.Consumer.Pause(_partitions);
                    paused = true;
                    Log.Paused(_logger, _group, _options.TimeProvider.GetElapsedTime(since), _options.SlabMessages);
                }
            }
            room.GetAwaiter().GetResult();
        }
        if (!paused) return;
        _connection.Consumer.Resume(_partitions.Where((_, i) => !_isLeftAlone[i]));
        Log.Resumed(_logger, _group, _options.TimeProvider.GetElapsedTime(since));
    }

    private int StepWithin(long since, bool paused)
    {
        var left = (_options.StallTimeout - _options.TimeProvider.GetElapsedTime(since)).TotalMilliseconds;
        return paused ? Step : (int)Math.Clamp(Math.Ceiling(left), 0, Step);
    }

    /// <summary>Gives the client the offsets last reported; its timer sends them.</summary>
    private void Store()
    {
        if (Interlocked.Exchange(ref _reported, null) is not { } reported) return;
        for (var i = 0; i < _stored.Length; i++)
        {
            if (reported[i] == _stored[i]) continue;
            try
            {
                _connection.Consumer.StoreOffset(new TopicPartitionOffset(_partitions[i], reported[i]));
                _stored[i] = reported[i];
            }
            catch (KafkaException fault)
            {
                Log.NotReported(_logger, fault.Error.Code, _connection.Text(fault.Error));
            }
        }
    }

    private void Close()
    {
        try
        {
            // Without a broker the client would try for its session timeout to send the last offsets. It is in no group to leave.
            if (_connection.IsDown) return;
            Store();
            _connection.Consumer.Close();
        }
        catch (Exception fault)
        {
            Log.Trouble(_logger, _options.BootstrapServers, ErrorCode.Local_Fail, ConsumerSettings.WithoutSecrets(_options.Config, fault.Message));
        }
        finally
        {
            _asking.Wait();                                         // it uses the connection, for a second at most
            _connection.Dispose();
        }
    }

    private KafkaSourceException Explain(ConsumeException fault)
    {
        var at = fault.ConsumerRecord?.TopicPartition;
        var index = at is null ? -1 : _partitions.IndexOf(at);
        return index < 0 ? _connection.CannotReadOn(fault, _group) : _connection.Explain(fault, new(at!.Topic, at.Partition.Value), _next[index]);
    }
}
