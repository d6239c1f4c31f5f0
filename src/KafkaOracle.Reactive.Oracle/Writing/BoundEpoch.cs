namespace KafkaOracle.Reactive;

/// <summary>An epoch with its rows bound for the driver.</summary>
internal sealed class BoundEpoch(Epoch epoch, IReadOnlyList<BoundBatch> batches)
{
    public Epoch Epoch => epoch;

    public IReadOnlyList<BoundBatch> Batches => batches;

    public static BoundEpoch Of(Epoch epoch, int arrayRows) => new(epoch, [.. epoch.Batches.Cast<IOracleBatch>().Select(b => BoundBatch.Of(b, b.Table, arrayRows))]);

    /// <summary>Gives the rows' memory back, once they are committed.</summary>
    public void Release()
    {
        foreach (var batch in batches) batch.Release();
    }
}
