namespace KafkaOracle.Reactive;

/// <summary>The lanes of a run.</summary>
internal interface ILanes : IDisposable
{
    /// <summary>What they do, taken together.</summary>
    RunState State { get; }

    /// <summary>What they have done with their messages, also those that have ended.</summary>
    LaneCounts Messages { get; }

    /// <summary>Those that there are now.</summary>
    IReadOnlyList<LaneStatus> Status { get; }

    /// <summary>What holds them up.</summary>
    IReadOnlyList<Trouble> Troubles { get; }

    /// <summary>How far back the query was seen to look.</summary>
    LookBack LookBack { get; }

    void Drain();

    void EndWithEra();

    void Pause(bool paused);

    /// <summary>Runs until all have ended, or one has failed.</summary>
    Task RunAsync(IMessageSource source, IEpochStore store, CancellationToken stop);
}
