using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>Makes source, store and pipelines before the host starts anything, and throws in one exception all that is wrong with their options.</summary>
internal sealed class StartupCheck(IServiceProvider services, IEnumerable<PipelineRegistration> registrations, ILogger<HostedPipeline> logger) : IValidateOptions<StartupCheck.Subject>
{
    /// <summary>What the host validates at its start. It holds nothing.</summary>
    internal sealed class Subject;

    public ValidateOptionsResult Validate(string? name, Subject options)
    {
        var faults = new List<string>();
        Try(() => services.GetRequiredService<IMessageSource>());
        Try(() => services.GetRequiredService<IEpochStore>());
        Try(() => services.GetService<DeadLetterStore>());
        var pipelines = new List<HostedPipeline>();
        foreach (var registration in registrations) Try(() => pipelines.Add(registration.Resolve(services)));
        foreach (var twice in pipelines.GroupBy(p => p.Name).Where(g => g.Count() > 1)) faults.Add($"{twice.Count()} pipelines are named '{twice.Key}'. The name is the key in the ledger: each needs its own.");
        if (faults.Count > 0) return ValidateOptionsResult.Fail(faults.Distinct());   // dead letters ask for the source's options too
        WarnOfStrangers(pipelines);
        return ValidateOptionsResult.Success;

        void Try(Action make)
        {
            try
            {
                make();
            }
            catch (OptionsValidationException fault)
            {
                faults.AddRange(fault.Failures);
            }
        }
    }

    // Hosts may share a configuration, so a section of a pipeline that is elsewhere is no fault. It may also be a typing error.
    private void WarnOfStrangers(List<HostedPipeline> pipelines)
    {
        foreach (var configuration in registrations.Select(r => r.Configuration).OfType<IConfiguration>().Distinct())
            foreach (var section in configuration.GetSection(PipelineRegistration.Section).GetChildren())
                if (!pipelines.Exists(p => p.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase)))
                    Log.UnknownPipeline(logger.WithoutFailures(), section.Path, string.Join(", ", pipelines.Select(p => p.Name)));
    }
}
