namespace KafkaOracle.Reactive.Testing;

/// <summary>What <see cref="PipelineTest.Drill"/> does beyond a crash at every step.</summary>
public sealed class DrillOptions
{
    /// <summary>How many runs with disturbances at random places there are.</summary>
    /// <value>Not negative. The default is 200.</value>
    public int RandomRuns { get; set; } = 200;

    /// <summary>Seed of the first random run; each further one has the next. A failure names its own.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Whether only the random runs are made: to see one of them again.</summary>
    /// <value>The default is false.</value>
    public bool OnlyRandom { get; set; }
}

/// <summary>A pipeline that was disturbed left something else than one that was not.</summary>
/// <param name="message">Shows the time line, where it was disturbed, and what differs.</param>
/// <param name="inner">What the pipeline threw; null where it only wrote something else.</param>
public sealed class DrillException(string message, Exception? inner = null) : Exception(message, inner);
