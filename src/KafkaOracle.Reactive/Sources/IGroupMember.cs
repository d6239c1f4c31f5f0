namespace KafkaOracle.Reactive;

/// <summary>A member of a group that shares the partitions of topics out among its members. Disposing it leaves the group.</summary>
public interface IGroupMember : IAsyncDisposable
{
    /// <summary>Ends when the member has left, or with the error for which it can be a member no longer.</summary>
    Task Completion { get; }

    /// <summary>The logs of partitions as they are now, also of those that other members have.</summary>
    /// <param name="starts">Where reading would begin, for each partition.</param>
    /// <param name="stop">Cancels the question.</param>
    Task<IReadOnlyList<PartitionRange>> RangesAsync(IReadOnlyList<PartitionStart> starts, CancellationToken stop);

    /// <summary>Begins to read partitions that the member has. Whoever does not read holds up these partitions and no others.</summary>
    /// <param name="starts">Where to begin, for each partition. Slabs refer to partitions by index into this list.</param>
    /// <param name="stop">Cancels the opening, not the reading.</param>
    Task<IMessageReader> OpenAsync(IReadOnlyList<PartitionStart> starts, CancellationToken stop);
}

/// <summary>Is told which partitions a member of a group has. The calls come one after the other, the first perhaps before the joining has returned.</summary>
public interface IPartitionOwner
{
    /// <summary>The member has these partitions too from now on. Returns at once; called for the first time when the group has formed, perhaps with none.</summary>
    void OnAssigned(IReadOnlyCollection<LogPartition> partitions);

    /// <summary>Another member will have these partitions, as soon as the task has ended.</summary>
    /// <param name="partitions">Some or all of those that the member has.</param>
    /// <param name="deadline">What has not ended by then is to be dropped: the group does not wait any longer.</param>
    Task OnRevokedAsync(IReadOnlyCollection<LogPartition> partitions, CancellationToken deadline);

    /// <summary>Another member may have these partitions already. Returns at once.</summary>
    void OnLost(IReadOnlyCollection<LogPartition> partitions);
}
