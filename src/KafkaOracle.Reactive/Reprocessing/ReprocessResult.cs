namespace KafkaOracle.Reactive;

/// <summary>What became of an era.</summary>
public enum EraOutcome
{
    /// <summary>Its rows were replaced.</summary>
    Replaced,

    /// <summary>An earlier call had replaced them, and <see cref="ReprocessOptions.SkipReplaced"/> is set.</summary>
    Skipped,

    /// <summary>It failed; its rows are as they were.</summary>
    Failed,

    /// <summary>It was not begun, as too many others had failed.</summary>
    NotBegun,
}

/// <summary>An era that was reprocessed, or was to be.</summary>
/// <param name="Era">The era.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Rows">Its rows; none where it was not replaced.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record ReprocessedEra(EraSpan Era, EraOutcome Outcome, EraRows Rows = default, Exception? Error = null);

/// <summary>What <see cref="Pipeline.ReprocessAsync"/> has done.</summary>
/// <param name="Eras">All eras of the range, in their order.</param>
public sealed record ReprocessResult(IReadOnlyList<ReprocessedEra> Eras)
{
    /// <summary>Rows over all eras that were replaced.</summary>
    public EraRows Rows => Eras.Aggregate(default(EraRows), (sum, e) => new(sum.Deleted + e.Rows.Deleted, sum.Written + e.Rows.Written, sum.Refused + e.Rows.Refused));
}

/// <summary>Some eras could not be reprocessed. The others were; <see cref="Result"/> tells of each.</summary>
public sealed class ReprocessException : Exception
{
    internal ReprocessException(string pipeline, ReprocessResult result) : base(Text(pipeline, result), result.Eras.First(e => e.Outcome == EraOutcome.Failed).Error) => Result = result;

    /// <summary>What became of each era.</summary>
    public ReprocessResult Result { get; }

    private static string Text(string pipeline, ReprocessResult result)
    {
        var failed = result.Eras.Where(e => e.Outcome == EraOutcome.Failed).ToArray();
        var notBegun = result.Eras.Count(e => e.Outcome == EraOutcome.NotBegun);
        return $"Pipeline '{pipeline}': {failed.Length} of {result.Eras.Count} eras failed and keep the rows they had{(notBegun > 0 ? $", {notBegun} were not begun" : "")}; all others are done. "
            + $"The first is that from {failed[0].Era.Start:O}: {failed[0].Error!.Message} Call it again with ReprocessOptions.SkipReplaced to go on.";
    }
}
