using System.Globalization;

namespace KafkaOracle.Reactive;

/// <summary>What may not change within an era, as the ledger keeps it: a version, an era, lanes and a lead-in.</summary>
internal static class QueryIdentity
{
    private const string Era = ";era=", PerPartition = ";lanes=partition", LeadIn = ";leadin=";

    public static string Of(PipelineOptions options) => $"{options.Version}{Era}{options.Era:c}{(options.Lanes == Lanes.PerPartition ? PerPartition : "")}{LeadIn}{options.LeadIn:c}";

    /// <summary>The lead-in with which rows of the ledger were written; none where it cannot be read.</summary>
    public static TimeSpan LeadInOf(string identity) => Part(identity, LeadIn) ?? TimeSpan.Zero;

    /// <summary>The length of the eras in which rows of the ledger were written; null where it cannot be read.</summary>
    public static TimeSpan? EraOf(string identity) => Part(identity, Era);

    /// <summary>Into which lanes the pipeline was divided by which rows of the ledger were written.</summary>
    public static Lanes LanesOf(string identity) => identity.Contains(PerPartition + LeadIn, StringComparison.Ordinal) ? Lanes.PerPartition : Lanes.Single;

    private static TimeSpan? Part(string identity, string name)
    {
        if (identity.LastIndexOf(name, StringComparison.Ordinal) is not (>= 0 and var at)) return null;
        var text = identity[(at + name.Length)..];
        return TimeSpan.TryParseExact(text.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text, "c", CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
