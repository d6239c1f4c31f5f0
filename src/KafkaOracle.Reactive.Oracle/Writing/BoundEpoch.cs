using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>An epoch with its rows cut into arrays for the driver.</summary>
internal sealed class BoundEpoch(Epoch epoch, IReadOnlyList<BoundSlice> slices)
{
    public Epoch Epoch => epoch;

    public IReadOnlyList<BoundSlice> Slices => slices;

    public static BoundEpoch Of(Epoch epoch, int arrayRows)
    {
        var slices = new List<BoundSlice>();
        foreach (var batch in epoch.Batches.Cast<IOracleBatch>())
            for (var start = 0; start < batch.Count; start += arrayRows) slices.Add(new(batch, start, Math.Min(arrayRows, batch.Count - start)));
        return new(epoch, slices);
    }
}

/// <summary>The rows of one statement.</summary>
internal sealed class BoundSlice(IOracleBatch batch, int start, int count)
{
    private OracleParameter[]? _parameters = batch.Bind(start, count);

    public IOracleBatch Batch => batch;
    public int Start => start;
    public int Count => count;

    /// <summary>Parameters for one execution; a second one, after a fault, binds anew.</summary>
    public OracleParameter[] TakeParameters()
    {
        var parameters = _parameters ?? batch.Bind(start, count);
        _parameters = null;
        return parameters;
    }
}
