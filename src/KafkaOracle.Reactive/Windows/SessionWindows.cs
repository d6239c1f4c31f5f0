namespace KafkaOracle.Reactive;

/// <summary>Sessions of each key.</summary>
internal sealed class SessionWindows(TimeSpan gap, TimeSpan? longest) : Windows
{
    public long Gap => gap.Ticks;

    /// <summary>Longest a session may last in ticks; <see cref="long.MaxValue"/> for no limit.</summary>
    public long Limit => longest?.Ticks ?? long.MaxValue;

    public TimeSpan LookBack => longest ?? gap;

    public override string ToString() => longest is null ? $"Session({gap})" : $"Session({gap}, {longest})";
}
