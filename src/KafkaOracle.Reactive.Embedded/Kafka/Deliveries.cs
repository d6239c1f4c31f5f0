using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>Counts the messages of one call until each was delivered or given up.</summary>
internal sealed class Deliveries
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for the caller, who has not finished adding.</summary>
    private long _open = 1;
    private long _started;
    private long _failed;
    private Error? _first;

    internal void Start()
    {
        _started++;
        Interlocked.Increment(ref _open);
    }

    internal void End(DeliveryReport<byte[]?, byte[]?> report)
    {
        if (report.Error.IsError)
        {
            Interlocked.CompareExchange(ref _first, report.Error, null);
            Interlocked.Increment(ref _failed);
        }
        Close();
    }

    internal void Withdraw() => Close();

    internal Task AllAsync(CancellationToken stop)
    {
        Close();
        return _all.Task.WaitAsync(stop);
    }

    internal void ThrowIfFailed(string topic)
    {
        if (_first is not { } first) return;
        throw new KafkaException(new Error(
            first.Code, $"{_failed} of {_started} messages for topic '{topic}' were not delivered, the first because: {first.Reason}"));
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0) _all.SetResult();
    }
}
