using KafkaOracle.Reactive;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of a host's pipelines.</summary>
public static class KafkaOracleHealthChecksExtensions
{
    /// <summary>Adds one check over all pipelines of the host.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What a failed pipeline is reported as; null for unhealthy.</param>
    /// <param name="tags">To tell checks apart; null for none.</param>
    /// <remarks>
    /// Healthy: every pipeline runs, or has ended by itself. Degraded: one connects, reads again what the era under way needs, is paused, drains,
    /// is held up by its database or its query, or waits to run again after an error. Unhealthy: one has failed and stays down. The data hold a text for each pipeline.
    /// </remarks>
    public static IHealthChecksBuilder AddKafkaOracle(this IHealthChecksBuilder builder, string name = "kafkaoracle", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new(name, static services => new PipelineHealthCheck(services.GetServices<HostedPipeline>()), failureStatus, tags));
    }
}
