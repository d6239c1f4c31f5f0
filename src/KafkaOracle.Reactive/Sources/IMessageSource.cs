using System.Threading.Channels;

namespace KafkaOracle.Reactive;

/// <summary>Where a pipeline's messages come from: the port that Kafka, and a test's log, plug into.</summary>
public interface IMessageSource
{
    /// <summary>The partitions of these topics, in any order.</summary>
    /// <exception cref="Exception">A topic does not exist or the servers do not answer: one clear message.</exception>
    Task<IReadOnlyList<LogPartition>> PartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken stop);

    /// <summary>Finds where the messages of a time begin.</summary>
    /// <param name="times">The partitions, each with a time.</param>
    /// <param name="stop">Cancels the asking.</param>
    /// <returns>
    /// For each of them its log as it is now, with the offset of the first message whose time stamp is at or after the time as the
    /// start: every message before it has an earlier one. The log's end where there is no such message; an earlier start where the
    /// source knows no times.
    /// </returns>
    /// <exception cref="Exception">A partition does not exist or the servers do not answer: one clear message.</exception>
    Task<IReadOnlyList<PartitionRange>> FindAsync(IReadOnlyList<PartitionTime> times, CancellationToken stop);

    /// <summary>Begins to read.</summary>
    /// <param name="group">Under what name progress is shown to the servers, for monitoring only: the ledger is what counts.</param>
    /// <param name="starts">Where to begin, for each partition. Slabs refer to partitions by index into this list.</param>
    /// <param name="stop">Cancels the opening, not the reading.</param>
    Task<IMessageReader> OpenAsync(string group, IReadOnlyList<PartitionStart> starts, CancellationToken stop);

    /// <summary>Joins a group whose members share the partitions of topics out among them. The same number of each topic goes to the same member.</summary>
    /// <param name="group">The group's name. All members name the same topics.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="owner">Is told which partitions the member has.</param>
    /// <param name="stop">Cancels the joining, not the membership.</param>
    Task<IGroupMember> JoinAsync(string group, IReadOnlyCollection<string> topics, IPartitionOwner owner, CancellationToken stop);
}

/// <summary>Where to begin in a partition: at an offset, or where the source's options say if that is null.</summary>
public readonly record struct PartitionStart(LogPartition Partition, long? Offset);

/// <summary>A partition and a time in its log, by the messages' time stamps.</summary>
public readonly record struct PartitionTime(LogPartition Partition, DateTimeOffset At);

/// <summary>A partition's log as it was when reading began.</summary>
/// <param name="First">The offset of the oldest message that is still there.</param>
/// <param name="Start">Where reading begins.</param>
/// <param name="End">One past the last message.</param>
public readonly record struct PartitionRange(long First, long Start, long End)
{
    /// <summary>Whether messages at or after the time that the start was found by may have been removed from the log.</summary>
    internal bool HasLostMessages => First > 0 && Start == First;
}

/// <summary>Messages under way. Disposing stops the reading.</summary>
public interface IMessageReader : IAsyncDisposable
{
    /// <summary>The logs at the start, in the order of the partitions it was opened with.</summary>
    IReadOnlyList<PartitionRange> Ranges { get; }

    /// <summary>Slabs in the order of each partition's offsets. Bounded: whoever does not read holds the source up. Its end, if it has one, is an error's.</summary>
    ChannelReader<Slab> Slabs { get; }

    /// <summary>What holds the reading up, while the source tries by itself; null while nothing does. Any thread may ask.</summary>
    Trouble? Trouble => null;

    /// <summary>Asks the servers whether a partition has no message at or after an offset: before a lane takes it for idle.</summary>
    /// <param name="partition">Index into the partitions that the reader was opened with.</param>
    /// <param name="offset">The offset of the next message.</param>
    /// <returns>False also where they do not answer. It need not end once the reader has.</returns>
    Task<bool> IsAtEndAsync(int partition, long offset) => Task.FromResult(true);

    /// <summary>Leaves a partition alone, or reads it on: a lane asks for that whose memory is full of records of partitions that are ahead. What is under way comes all the same. Never waits.</summary>
    /// <param name="partition">Index into the partitions that the reader was opened with.</param>
    /// <param name="isHeld">Whether it is left alone. At first none is.</param>
    void Hold(int partition, bool isHeld) { }

    /// <summary>Shows the servers how far the epochs committed have got, for monitoring. Never throws, never waits.</summary>
    /// <param name="nextOffsets">The offset of the next message, in the order of the partitions it was opened with.</param>
    void Report(IReadOnlyList<long> nextOffsets);
}
