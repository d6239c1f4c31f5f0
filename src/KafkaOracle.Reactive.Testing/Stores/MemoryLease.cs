namespace KafkaOracle.Reactive.Testing;

/// <summary>The lease of a <see cref="MemoryStore"/>, and the store's epochs under it.</summary>
internal sealed class MemoryLease(MemoryStore store, string holder, TimeSpan duration) : ILease, IEpochStore
{
    public string Holder => holder;

    public IEpochStore Store => this;

    public async Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop)
    {
        await using var opened = await store.OpenAsync(pipeline, tables, stop);
        return new MemoryWriter(store, pipeline, this);
    }

    public Task<bool> RenewAsync(CancellationToken stop) => Task.FromResult(store.TryHold(this, duration));

    public ValueTask DisposeAsync()
    {
        store.TryHold(this, TimeSpan.Zero);
        return ValueTask.CompletedTask;
    }
}
