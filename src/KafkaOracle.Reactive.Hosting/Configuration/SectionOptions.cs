using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>Options out of a section of the configuration. Their faults, those of the section and those of the values, come all at once.</summary>
/// <param name="section">The section.</param>
/// <param name="use">Throws what is wrong with the values.</param>
internal sealed class SectionOptions<T>(IConfigurationSection section, Action<T> use) : IConfigureOptions<T>, IValidateOptions<T> where T : class, new()
{
    public void Configure(T options) => SectionBinding.Apply(section, options);

    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = SectionBinding.Apply(section, new T());
        try
        {
            use(options);
        }
        catch (OptionsValidationException fault)
        {
            faults.AddRange(fault.Failures.Select(f => $"{section.Path}: {f}"));
        }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
