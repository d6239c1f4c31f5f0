using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>What a test did to a pipeline, kept to be done again.</summary>
internal abstract record Step
{
    /// <summary>The number of the partition that it concerns; null where it concerns all.</summary>
    public virtual int? PartitionNumber => null;
}

/// <summary>A message came into the log.</summary>
internal sealed record Sent(LogPartition Partition, MemoryMessage Message) : Step
{
    public override int? PartitionNumber => Partition.Partition;

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Partition}@{Message.Offset} at {Message.Timestamp:yyyy-MM-dd HH:mm:ss.fff}  {Text(Message.Key)}: {Text(Message.Value)}");

    private static string Text(byte[]? bytes)
    {
        if (bytes is null) return "none";
        var text = Encoding.UTF8.GetString(bytes);
        if (text.Any(c => char.IsControl(c) || c == '\uFFFD')) text = Convert.ToHexString(bytes);
        return text.Length <= 80 ? text : text[..77] + "...";
    }
}

/// <summary>Offsets without messages came into the log.</summary>
internal sealed record Skipped(LogPartition Partition, long Offsets) : Step
{
    public override int? PartitionNumber => Partition.Partition;

    public override string ToString() => $"{Partition} leaves {Offsets} offsets without messages";
}

/// <summary>A topic got more partitions, and the pipeline was started again to see them.</summary>
internal sealed record Grown(string Topic, int Partitions) : Step
{
    public override string ToString() => $"{Topic} has {Partitions} partitions from now on";
}

/// <summary>Another version of the pipeline was deployed.</summary>
internal sealed record Deployed(RecordedQuery Query) : Step
{
    public override string ToString() => $"version '{Query.Pipeline.Options.Identity}' is deployed";
}

/// <summary>Something was decided that the log does not tell: a restart repeats it only once it is committed.</summary>
internal abstract record Decision : Step
{
    public abstract void Make(TestedLane lane);
}

internal sealed record Advanced(DateTimeOffset To) : Decision
{
    public override void Make(TestedLane lane) => lane.AdvanceTo(To);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"event time comes to {To:yyyy-MM-dd HH:mm:ss.fff}");
}

internal sealed record WentIdle(LogPartition Partition) : Decision
{
    public override int? PartitionNumber => Partition.Partition;

    public override void Make(TestedLane lane) => lane.GoIdle(Partition);

    public override string ToString() => $"{Partition} is left out as idle";
}

internal sealed record Closed : Decision
{
    public override void Make(TestedLane lane) => lane.Engine.CloseWindows();

    public override string ToString() => "windows are closed, as at the end of a bounded run";
}
