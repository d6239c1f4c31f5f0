using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KafkaOracle.Reactive;

/// <summary>The worst of a host's pipelines: healthy while they run or have ended, degraded while one is held up, unhealthy when one has failed.</summary>
internal sealed class PipelineHealthCheck(IEnumerable<HostedPipeline> pipelines) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var findings = pipelines.Select(Examine).ToList();
        var worst = findings.Min(f => f.Health);
        return Task.FromResult(new HealthCheckResult(
            worst switch
            {
                null or Health.Good => HealthStatus.Healthy,
                Health.HeldUp => HealthStatus.Degraded,
                _ => context.Registration.FailureStatus,
            },
            findings.Count == 0 ? "there are no pipelines" : string.Join("; ", findings.Select(f => $"{f.Name}: {f.Text}")),
            findings.Find(f => f.Health == Health.Failed).Fault,
            findings.ToDictionary(f => f.Name, f => (object)f.Text)));
    }

    private static (string Name, Health? Health, string Text, Exception? Fault) Examine(HostedPipeline pipeline)
    {
        var (status, fault) = (pipeline.Status, pipeline.Fault);
        if (pipeline.IsRestarting) return (pipeline.Name, Health.HeldUp, $"waits to run again after: {fault?.Message}", fault);
        if (fault is not null) return (pipeline.Name, Health.Failed, $"has failed: {fault.Message}", fault);
        if (status?.Troubles is { Count: > 0 } troubles) return (pipeline.Name, Health.HeldUp, string.Join("; ", troubles.Select(Text)), null);
        return status?.State switch
        {
            RunState.Running => (pipeline.Name, Health.Good, "runs", null),
            RunState.Completed => (pipeline.Name, Health.Good, "has ended", null),
            RunState.Standby => (pipeline.Name, Health.Good, "stands by", null),
            RunState.Starting => (pipeline.Name, Health.HeldUp, "connects", null),
            RunState.Restoring => (pipeline.Name, Health.HeldUp, "reads the era under way again", null),
            RunState.Paused => (pipeline.Name, Health.HeldUp, "is paused", null),
            RunState.Draining => (pipeline.Name, Health.HeldUp, "drains", null),
            _ => (pipeline.Name, Health.HeldUp, "does not run", null),
        };
    }

    private static string Text(Trouble trouble) => string.Create(CultureInfo.InvariantCulture,
        $"is held up since {trouble.Since:u}{(trouble.NextAttempt is { } next ? $", tries again at {next:u}" : "")}: {trouble.Error}");

    private enum Health { Failed, HeldUp, Good }
}
