using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>How <see cref="Pipeline.ReprocessAsync"/> goes about it.</summary>
public sealed class ReprocessOptions
{
    /// <summary>How many eras are computed at a time, each with a reader, a thread and a session of the store of its own.</summary>
    /// <value>1 to 64. The default is 1.</value>
    /// <remarks>The range is cut into that many stretches, and each is read once, from its lead-in and <see cref="EventTimeBounds.MaxAhead"/> before it on.</remarks>
    [Range(1, 64)]
    public int Degree { get; set; } = 1;

    /// <summary>Names the table that takes the rows of a table of the query: <c>table => table + "_V2"</c> leaves the live tables alone.</summary>
    /// <value>The default is null: the live tables themselves, whose rows are replaced era by era.</value>
    public Func<string, string>? Tables { get; set; }

    /// <summary>Whether eras are passed over that an earlier call replaced with this version of the query in these tables: to go on after a failure.</summary>
    /// <value>The default is false.</value>
    public bool SkipReplaced { get; set; }

    /// <summary>Whether to go on where a partition's log may no longer hold all messages of the range, and to make do with those that are there.</summary>
    /// <value>The default is false: such a range is refused.</value>
    public bool AllowLostMessages { get; set; }

    /// <summary>After how many eras have failed no further one is begun.</summary>
    /// <value>1 to 1,000,000. The default is 10.</value>
    [Range(1, 1_000_000)]
    public int MostFailures { get; set; } = 10;

    internal ReprocessOptions Validated(string pipeline)
    {
        var copy = (ReprocessOptions)MemberwiseClone();
        var result = new ReprocessOptionsValidator().Validate(pipeline, copy);
        if (result.Failed) throw new OptionsValidationException(pipeline, typeof(ReprocessOptions), result.Failures!);
        return copy;
    }
}

[OptionsValidator]
internal sealed partial class ReprocessOptionsValidator : IValidateOptions<ReprocessOptions>;
