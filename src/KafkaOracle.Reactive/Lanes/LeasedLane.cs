using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A lane that runs while its process has the pipeline's lease, and stands by until then.</summary>
internal sealed class LeasedLane(Pipeline pipeline, TimeSpan duration, ILogger logger) : IDisposable
{
    private const int RenewalsWithin = 3;

    private readonly string _holder = $"{Environment.MachineName}:{Environment.ProcessId}";
    private readonly CancellationTokenSource _waiting = new();
    private volatile bool _standsBy;

    /// <summary>Whether another process has the lease.</summary>
    public bool StandsBy => _standsBy;

    private TimeProvider Time => pipeline.Options.TimeProvider;

    /// <summary>Ends the waiting for the lease.</summary>
    public void Drain() => _waiting.CancelAll();

    /// <summary>Waits for the lease, then runs a lane over the store that belongs to it until the lane ends, or the lease is lost.</summary>
    /// <exception cref="FencedException">Another process has taken the lease, as this one did not renew it in time.</exception>
    public async Task RunAsync(ILeaseStore store, Func<IEpochStore, CancellationToken, Task> lane, CancellationToken stop)
    {
        await using var lease = await TakeAsync(store, stop);
        if (lease is null) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var renewing = RenewAsync(lease, end);
        try
        {
            await lane(lease.Store, end.Token);
        }
        catch (Exception) when (end.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new FencedException($"Pipeline '{pipeline.Name}' has lost its lease to another process, as it was not renewed within {duration}. What was not committed is computed again there.");
        }
        finally
        {
            end.CancelAll();
            await renewing;
        }
    }

    public void Dispose() => _waiting.Dispose();

    private async Task<ILease?> TakeAsync(ILeaseStore store, CancellationToken stop)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop, _waiting.Token);
        try
        {
            for (var holder = ""; ;)
            {
                var attempt = await store.TryLeaseAsync(pipeline.Name, _holder, duration, waiting.Token);
                if (attempt.Lease is not null) return attempt.Lease;
                if (holder != attempt.Holder) Log.StandsBy(logger, pipeline.Name, holder = attempt.Holder);
                _standsBy = true;
                await Task.Delay(duration / RenewalsWithin, Time, waiting.Token);
            }
        }
        catch (Exception) when (_waiting.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return null;                                        // drained before there was anything to drain
        }
        finally
        {
            _standsBy = false;
        }
    }

    /// <summary>Renews the lease until the lane has ended. A store that cannot be reached is asked again: what is committed meanwhile is the store's to refuse.</summary>
    private async Task RenewAsync(ILease lease, CancellationTokenSource end)
    {
        try
        {
            while (true)
            {
                await Task.Delay(duration / RenewalsWithin, Time, end.Token);
                try
                {
                    if (await lease.RenewAsync(end.Token)) continue;
                    Log.LeaseLost(logger, pipeline.Name);
                    end.CancelAll();
                }
                catch (Exception fault) when (!end.IsCancellationRequested)
                {
                    Log.LeaseNotRenewed(logger, fault, pipeline.Name);
                }
            }
        }
        catch (Exception) when (end.IsCancellationRequested)
        {
            return;
        }
    }
}
