using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>How a pipeline came to the services. It is its pipeline's key among them, as the name is not known before a factory has run.</summary>
internal sealed class PipelineRegistration(Func<IServiceProvider, Pipeline> define, Action<HostedPipelineOptions>? configure, IConfiguration? configuration)
{
    public const string Section = "Pipelines";

    public IConfiguration? Configuration => configuration;

    public HostedPipeline Resolve(IServiceProvider services) => services.GetRequiredKeyedService<HostedPipeline>(this);

    /// <summary>Defines the pipeline and puts the configuration's options over those of the code.</summary>
    /// <exception cref="OptionsValidationException">All that is wrong with the options.</exception>
    public HostedPipeline Create(IServiceProvider services)
    {
        var pipeline = define(services) ?? throw new InvalidOperationException("The factory of a pipeline returned null.");
        var section = configuration?.GetSection($"{Section}:{pipeline.Name}");
        var where = section?.Path ?? $"Pipeline '{pipeline.Name}'";
        var options = new HostedPipelineOptions();
        configure?.Invoke(options);
        List<string> faults = [];
        try
        {
            if (section is not null) pipeline = pipeline.With(o => faults = SectionBinding.Apply(section, o, options));
        }
        catch (OptionsValidationException fault)
        {
            faults.AddRange(fault.Failures.Select(f => $"{where}: {f}"));
        }
        var hosting = new HostedPipelineOptionsValidator().Validate(pipeline.Name, options);
        if (hosting.Failed) faults.AddRange(hosting.Failures.Select(f => $"{where}: {f}"));
        if (faults.Count > 0) throw new OptionsValidationException(pipeline.Name, typeof(HostedPipelineOptions), faults);
        return new(pipeline, options, services);
    }
}
