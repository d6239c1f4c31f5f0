using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace KafkaOracle.Reactive;

/// <summary>Sets options from a section of the configuration and lists all that it cannot set, where the stock binder skips what it does not know and stops at the first value of a wrong kind.</summary>
internal static class SectionBinding
{
    /// <summary>Sets what the section names. What it does not name stays as it is.</summary>
    /// <param name="section">One key a property, in any case of letters.</param>
    /// <param name="targets">The first that has a property of the key's name gets it.</param>
    /// <returns>A fault for each key without a property and each value of a wrong kind. A text is never quoted: it may hold a password.</returns>
    public static List<string> Apply(IConfigurationSection section, params object[] targets)
    {
        var faults = new List<string>();
        if (!string.IsNullOrEmpty(section.Value)) faults.Add($"{section.Path} is a text, and should hold settings: {string.Join(", ", Names(targets))}.");
        foreach (var setting in section.GetChildren()) Set(setting, targets, faults);
        return faults;
    }

    private static void Set(IConfigurationSection setting, object[] targets, List<string> faults)
    {
        var (target, property) = targets.SelectMany(t => Settable(t).Select(p => (t, p))).FirstOrDefault(p => p.p.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase));
        if (target is null)
        {
            // The client's own spelling, sasl.mechanism for SaslMechanism. What it means, and whether it is one, is the client's to say.
            if (targets is [ConsumerConfig config] && setting.Key.Contains('.', StringComparison.Ordinal) && setting.Value is { } text) config.Set(setting.Key, text);
            else faults.Add($"{setting.Path} is no setting. There are: {string.Join(", ", Names(targets))}.");
        }
        else if (property.PropertyType == typeof(IDictionary<int, OracleErrorKind>)) SetKinds(setting, (IDictionary<int, OracleErrorKind>)property.GetValue(target)!, faults);
        else if (property.PropertyType == typeof(ConsumerConfig)) faults.AddRange(Apply(setting, property.GetValue(target)!));
        else if (setting.GetChildren().Any()) faults.Add($"{setting.Path} is a section, and should be {Kind(property)}.");
        else if (setting.Value is { } value)
        {
            try
            {
                property.SetValue(target, TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value));
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException or NotSupportedException or OverflowException)
            {
                faults.Add($"{setting.Path} is '{value}', and should be {Kind(property)}.");
            }
        }
    }

    private static void SetKinds(IConfigurationSection section, IDictionary<int, OracleErrorKind> kinds, List<string> faults)
    {
        foreach (var setting in section.GetChildren())
        {
            if (int.TryParse(setting.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && Enum.TryParse<OracleErrorKind>(setting.Value, ignoreCase: true, out var kind) && Enum.IsDefined(kind)) kinds[code] = kind;
            else faults.Add($"{setting.Path} is '{setting.Value}', and should be an ORA code with one of {string.Join(", ", Enum.GetNames<OracleErrorKind>())}.");
        }
    }

    private static IEnumerable<PropertyInfo> Settable(object target)
        => target.GetType().GetProperties().Where(p => p.PropertyType == typeof(IDictionary<int, OracleErrorKind>)
            || (p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && (p.PropertyType == typeof(ConsumerConfig) || Converts(p.PropertyType))));

    private static bool Converts(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(DateTimeOffset);
    }

    private static IEnumerable<string> Names(object[] targets)
        => targets is [ConsumerConfig] ? ["the properties of ConsumerConfig", "the client's own names, with dots"] : targets.SelectMany(Settable).Select(p => p.Name);

    private static string Kind(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : type == typeof(TimeSpan) ? "a time like 00:00:01.5 or 1.00:00:00"
            : type == typeof(DateTimeOffset) ? "a time like 2024-01-31T00:00:00Z"
            : type == typeof(bool) ? "true or false"
            : type == typeof(string) ? "a text" : "a number in its range";
    }
}
