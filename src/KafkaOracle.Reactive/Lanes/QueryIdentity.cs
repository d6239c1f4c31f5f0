using System.Globalization;

namespace KafkaOracle.Reactive;

/// <summary>What may not change within an era, as the ledger keeps it: a version, an era and a lead-in.</summary>
internal static class QueryIdentity
{
    private const string LeadIn = ";leadin=";

    public static string Of(PipelineOptions options) => $"{options.Version};era={options.Era:c}{LeadIn}{options.LeadIn:c}";

    /// <summary>The lead-in with which rows of the ledger were written; none where it cannot be read.</summary>
    public static TimeSpan LeadInOf(string identity)
        => identity.LastIndexOf(LeadIn, StringComparison.Ordinal) is var at and >= 0
            && TimeSpan.TryParseExact(identity[(at + LeadIn.Length)..], "c", CultureInfo.InvariantCulture, out var leadIn) ? leadIn : TimeSpan.Zero;
}
