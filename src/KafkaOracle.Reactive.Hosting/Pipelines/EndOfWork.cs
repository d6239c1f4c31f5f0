using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Stops the host when none of its pipelines runs any more.</summary>
internal sealed class EndOfWork(IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<HostedPipeline> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = StopAfterAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StopAfterAsync()
    {
        await Task.WhenAll(services.GetServices<HostedPipeline>().Select(p => p.Completion));
        if (lifetime.ApplicationStopping.IsCancellationRequested) return;
        Log.AllEnded(logger.WithoutFailures());
        lifetime.StopApplication();
    }
}
