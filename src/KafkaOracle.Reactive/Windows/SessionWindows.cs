namespace KafkaOracle.Reactive;

/// <summary>Sessions of each key.</summary>
internal sealed class SessionWindows(TimeSpan gap, TimeSpan? longest) : Windows
{
    public long Gap => gap.Ticks;

    /// <summary>Longest a session may last in ticks; <see cref="long.MaxValue"/> for no limit.</summary>
    public long Limit => longest?.Ticks ?? long.MaxValue;

    /// <summary>A session with one element more.</summary>
    public Bounds Extended(Bounds session, long at) => session with { End = Math.Min(at + Gap, Limit > long.MaxValue - session.Start ? long.MaxValue : session.Start + Limit) };

    public TimeSpan LookBack => longest ?? gap;

    public override string ToString() => longest is null ? $"Session({gap})" : $"Session({gap}, {longest})";
}
