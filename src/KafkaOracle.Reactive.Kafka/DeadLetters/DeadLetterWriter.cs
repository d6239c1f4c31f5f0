using System.Reactive.Linq;
using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive;

/// <summary>Sends each epoch's dead letters, then hands the rest of it on.</summary>
internal sealed class DeadLetterWriter(string pipeline, IEpochWriter writer, DeadLetterSender sender, Func<Task> release, string? rejectsTopic, bool keepRejects) : IEpochWriter
{
    // What was handed on, and the epoch that it is of: whoever counts epochs counts whole ones.
    private readonly ConditionalWeakTable<Epoch, Epoch> _whole = new();
    private int _disposals;

    public IReadOnlyList<LedgerRow> Ledger => writer.Ledger;

    public IObservable<EpochCommitted> Committed => writer.Committed.Select(c => _whole.TryGetValue(c.Epoch, out var whole) ? c with { Epoch = whole } : c);

    public Task Completion => writer.Completion;

    public Trouble? Trouble => sender.Trouble ?? writer.Trouble;

    public async Task<bool> SendAsync(Epoch epoch, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        var letters = epoch.Batches.OfType<DeadLetterBatch>().ToList();
        var rejects = rejectsTopic is null ? [] : epoch.Rejects;
        if (letters.Count == 0 && rejects.Count == 0) return await writer.SendAsync(epoch, stop);

        foreach (var batch in letters) await SendAsync(epoch, batch.Table.Name, batch.Letters, stop);
        if (rejects.Count > 0) await SendAsync(epoch, rejectsTopic!, [.. rejects.Select(DeadLetter.Of)], stop);
        var rest = epoch with { Batches = [.. epoch.Batches.Where(b => b is not DeadLetterBatch)], Rejects = rejectsTopic is null || keepRejects ? epoch.Rejects : [] };
        _whole.Add(rest, epoch);
        return await writer.SendAsync(rest, stop);
    }

    public Task CompleteAsync() => writer.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) != 0) return;
        await writer.DisposeAsync();
        await release();
    }

    private Task SendAsync(Epoch epoch, string topic, IReadOnlyList<DeadLetter> letters, CancellationToken stop)
        => epoch.Ledger.Any(l => l.Row.Partition.Topic == topic)
            ? throw new InvalidOperationException($"Pipeline '{pipeline}' reads topic '{topic}' and sends its dead letters there, so that they would go round for ever. Give them another topic, or keep them in the store.")
            : sender.SendAsync(pipeline, epoch.Number, topic, letters, stop);
}
