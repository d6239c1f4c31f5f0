using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>Adds pipelines to a host.</summary>
public sealed class KafkaOracleBuilder
{
    private readonly IConfiguration? _configuration;

    internal KafkaOracleBuilder(IServiceCollection services, IConfiguration? configuration) => (Services, _configuration) = (services, configuration);

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Runs a pipeline with the host.</summary>
    /// <param name="pipeline">The pipeline. Options in the configuration's section <c>Pipelines:&lt;name&gt;</c> go before those it was defined with.</param>
    /// <param name="configure">How the host treats it; the same section goes before this too. Null for the defaults.</param>
    public KafkaOracleBuilder AddPipeline(Pipeline pipeline, Action<HostedPipelineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return AddPipeline(_ => pipeline, configure);
    }

    /// <summary>Runs with the host a pipeline that needs its services.</summary>
    /// <param name="define">Defines the pipeline. Called once, at the host's start.</param>
    /// <param name="configure">How the host treats it; the section <c>Pipelines:&lt;name&gt;</c> goes before this. Null for the defaults.</param>
    public KafkaOracleBuilder AddPipeline(Func<IServiceProvider, Pipeline> define, Action<HostedPipelineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(define);
        var registration = new PipelineRegistration(define, configure, _configuration);
        Services.AddSingleton(registration);
        Services.AddKeyedSingleton(registration, static (services, key) => ((PipelineRegistration)key!).Create(services));
        Services.AddSingleton(registration.Resolve);
        Services.AddSingleton<IHostedService>(services => new PipelineService(registration, services));
        return this;
    }

    /// <summary>Sends dead letters to Kafka: what queries write into a <see cref="DeadLetterTopic"/>, and rejected messages where the options say so.</summary>
    /// <param name="configure">Sets up how, over what the configuration's section <c>DeadLetters</c> says. Null for the section alone.</param>
    /// <remarks>Servers and security are those of the source, unless servers are named. The section alone, without a call of this, does too.</remarks>
    public KafkaOracleBuilder AddDeadLetters(Action<DeadLetterOptions>? configure = null)
    {
        if (configure is not null) Services.Configure(configure);
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<DeadLetterOptions>, DeadLetterConnection>());
        Services.TryAddSingleton(s => new DeadLetterStore(s.GetRequiredService<IEpochStore>(), s.GetRequiredService<IOptions<DeadLetterOptions>>().Value, s.GetRequiredService<ILogger<DeadLetterStore>>()));
        return this;
    }

    /// <summary>Stops the host when all its pipelines have ended: for jobs whose pipelines run until the end of the log.</summary>
    public KafkaOracleBuilder StopHostAtEnd()
    {
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EndOfWork>());
        return this;
    }
}
