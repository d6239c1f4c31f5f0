using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Opens compacted topics as tables.</summary>
public static class KafkaTable
{
    /// <summary>Reads the topic to its end as it is now; returns when all of that is there.</summary>
    /// <param name="options">Servers and settings, as of a source. <see cref="KafkaSourceOptions.Position"/> does not matter.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="key">Makes the key, of the message's key.</param>
    /// <param name="value">Makes the value. It never sees a tombstone.</param>
    /// <param name="logger">Told of outages; null for none.</param>
    /// <param name="stop">Cancels the reading.</param>
    /// <exception cref="KafkaSourceException">The topic does not exist, no broker answers in time, or reading is refused.</exception>
    /// <exception cref="FormatException">A message has no key, or cannot be decoded: its position is named. A table with a hole would enrich wrongly.</exception>
    public static Task<KafkaTable<TKey, TValue>> OpenAsync<TKey, TValue>(
        KafkaSourceOptions options, string topic, Decoder<TKey> key, Decoder<TValue> value, ILogger? logger = null, CancellationToken stop = default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return KafkaTable<TKey, TValue>.ReadAsync(options, topic, key, value, logger.WithoutFailures(), stop);
    }
}

/// <summary>A compacted topic as a table: the latest value of each key, read whole at the start and followed from then on.</summary>
/// <remarks>
/// <para>For <see cref="EventStream{T}.Enrich"/> and <see cref="EventStream{T}.SelectAsync"/>, or anywhere else. What is found is what the
/// topic holds now, an input that only the topic keeps: see <see cref="EventStream{T}.SelectAsync"/>. For values that change, whose change is
/// to count from an event time on, read the topic in the query, and join it by <c>JoinTable</c>.</para>
/// <para>Tombstones remove their key. Memory: all keys and values. It never forgets by itself. Safe for concurrent use.</para>
/// </remarks>
public sealed class KafkaTable<TKey, TValue> : IAsyncDisposable where TKey : notnull
{
    private const int Step = 100;                               // longest that a stop goes unnoticed, in milliseconds

    private readonly ConcurrentDictionary<TKey, TValue> _values = new();
    private readonly KafkaSourceOptions _options;
    private readonly string _topic;
    private readonly Decoder<TKey> _key;
    private readonly Decoder<TValue> _value;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KafkaTable(KafkaSourceOptions options, string topic, Decoder<TKey> key, Decoder<TValue> value, ILogger logger)
        => (_options, _topic, _key, _value, _logger) = (options, topic, key, value, logger);

    /// <summary>Ends when it is disposed, or with the error after which it is no longer followed.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>How many keys have a value.</summary>
    public int Count => _values.Count;

    internal static async Task<KafkaTable<TKey, TValue>> ReadAsync(
        KafkaSourceOptions options, string topic, Decoder<TKey> key, Decoder<TValue> value, ILogger logger, CancellationToken stop)
    {
        var source = new KafkaSource(options, logger);
        var partitions = await source.PartitionsAsync([topic], stop);
        var ends = await source.FindAsync([.. partitions.Select(p => new PartitionTime(p, DateTimeOffset.UnixEpoch))], stop);
        var table = new KafkaTable<TKey, TValue>(options.Validated(), topic, key, value, logger);
        table.Completion = Task.Factory.StartNew(() => table.Follow([.. partitions.Zip(ends)]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await (await Task.WhenAny(table._whole.Task, table.Completion).WaitAsync(stop));
            return table;
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of a key; the default of its type, which is null for classes, where there is none.</summary>
    /// <exception cref="InvalidOperationException">The table is no longer followed: the inner exception says why.</exception>
    public TValue? Find(TKey key)
        => Completion.IsFaulted ? throw new InvalidOperationException($"The table of topic '{_topic}' is no longer followed: {Completion.Exception!.InnerException!.Message}", Completion.Exception.InnerException)
            : _values.TryGetValue(key, out var value) ? value : default;

    /// <summary>Stops following the topic.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }

    private void Follow((LogPartition Partition, PartitionRange Range)[] partitions)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(ConsumerSettings.For(_options, $"table-{_topic}"))
            .SetErrorHandler((_, error) => Log.TroubleAgain(_logger, _options.BootstrapServers, error.Code, ConsumerSettings.WithoutSecrets(_options.Config, error.Reason)))
            .SetLogHandler((_, line) => Log.Client(_logger, line.Facility, ConsumerSettings.WithoutSecrets(_options.Config, line.Message)))
            .Build();
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p.Partition.ToKafka(), p.Range.First)));
        var left = partitions.Where(p => p.Range.First < p.Range.End).ToDictionary(p => p.Partition.Partition, p => p.Range.End);
        while (!_stop.IsCancellationRequested)
        {
            if (left.Count == 0) _whole.TrySetResult();
            if (Poll(consumer) is not { } result) continue;
            if (!result.IsPartitionEOF) Take(result);
            // Compaction and transactions leave offsets without messages: the end is where the next one would be.
            var next = result.Offset.Value + (result.IsPartitionEOF ? 0 : 1);
            if (left.TryGetValue(result.Partition.Value, out var end) && next >= end) left.Remove(result.Partition.Value);
        }
    }

    private ConsumeResult<byte[]?, byte[]?>? Poll(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            return consumer.Consume(Step);
        }
        catch (ConsumeException fault) when (KafkaErrors.IsTransient(fault.Error))
        {
            Log.TroubleAgain(_logger, _options.BootstrapServers, fault.Error.Code, ConsumerSettings.WithoutSecrets(_options.Config, fault.Error.Reason));
            return null;
        }
        catch (ConsumeException fault)
        {
            throw new KafkaSourceException($"Topic '{_topic}' cannot be followed as a table: {ConsumerSettings.WithoutSecrets(_options.Config, fault.Error.Reason)} ({fault.Error.Code})", fault.Error, fault);
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        var at = $"{_topic}[{result.Partition.Value}]@{result.Offset.Value}";
        if (result.Message.Key is null) throw new FormatException($"Message {at} has no key, so it is no row of a table.");
        var message = new RawMessage
        {
            Partition = new(_topic, result.Partition.Value),
            Offset = result.Offset.Value,
            Timestamp = result.Message.Timestamp.UtcDateTime,
            Key = result.Message.Key,
            HasKey = true,
            Value = result.Message.Value,
            IsTombstone = result.Message.Value is null,
            Headers = Headers.Of((result.Message.Headers ?? []).Select(h => new Header(h.Key, h.GetValueBytes()))),
        };
        try
        {
            var key = _key(message);
            if (message.IsTombstone) _values.TryRemove(key, out _);
            else _values[key] = _value(message);
        }
        catch (Exception fault)
        {
            throw new FormatException($"Message {at} cannot be decoded as a row of a table: {fault.Message}", fault);
        }
    }
}
