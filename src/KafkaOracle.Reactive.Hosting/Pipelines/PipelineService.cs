using Microsoft.Extensions.Hosting;

namespace KafkaOracle.Reactive;

/// <summary>Ties a pipeline to its host's life. A host makes its services before it validates options, so the pipeline is made at the start.</summary>
internal sealed class PipelineService(PipelineRegistration registration, IServiceProvider services) : IHostedLifecycleService
{
    private HostedPipeline? _pipeline;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pipeline = registration.Resolve(services);
        _pipeline.Start();
        return Task.CompletedTask;
    }

    /// <summary>The host calls this of all its services before it stops the first, so all pipelines drain at the same time.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _pipeline?.BeginStop();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _pipeline?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
