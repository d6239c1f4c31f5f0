using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Prints the steps of a test, and what disturbed them.</summary>
internal static class TimeLine
{
    public static string Of(IReadOnlyList<Step> steps, IEnumerable<(int Step, string What)>? notes = null)
    {
        var disturbed = (notes ?? []).ToLookup(n => n.Step, n => n.What);
        var text = new StringBuilder();
        for (var i = 0; i < steps.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1,5}  {steps[i]}\n");
            foreach (var what in disturbed[i]) text.Append(CultureInfo.InvariantCulture, $"    !  {what}\n");
        }
        foreach (var what in disturbed[steps.Count]) text.Append(CultureInfo.InvariantCulture, $"    !  {what}\n");
        return text.ToString();
    }
}
