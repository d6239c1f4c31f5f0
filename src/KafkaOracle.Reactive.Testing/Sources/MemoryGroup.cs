namespace KafkaOracle.Reactive.Testing;

/// <summary>A group of a <see cref="MemoryLog"/>: partition p belongs to the member p modulo their number, in the order in which they joined.</summary>
internal sealed class MemoryGroup(MemoryLog log, string name)
{
    private readonly List<MemoryMember> _members = [];
    private Task _last = Task.CompletedTask;

    public IGroupMember Join(IReadOnlyCollection<string> topics, IPartitionOwner owner)
    {
        var member = new MemoryMember(this, log, name, [.. topics], owner);
        Enter(member);
        return member;
    }

    /// <summary>Shares the partitions out anew, in the background.</summary>
    public void Rebalance() => _ = InTurnAsync(RebalanceAsync);

    public async Task LeaveAsync(MemoryMember member)
    {
        lock (log.Gate) _members.Remove(member);
        await InTurnAsync(() => member.RevokeAsync([.. member.Partitions], log.RevokeDeadline));
        Rebalance();
    }

    /// <summary>Gives a member's partitions to the others without telling it.</summary>
    /// <returns>Tells it: it has lost them, and joins again.</returns>
    public Action Expel(int index)
    {
        MemoryMember member;
        lock (log.Gate)
        {
            member = _members[index];
            _members.RemoveAt(index);
        }
        Rebalance();
        return () =>
        {
            member.Lose();
            Enter(member);
        };
    }

    private void Enter(MemoryMember member)
    {
        lock (log.Gate) _members.Add(member);
        Rebalance();
    }

    private Task InTurnAsync(Func<Task> action)
    {
        lock (log.Gate) return _last = _last.ContinueWith(_ => action(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
    }

    private async Task RebalanceAsync()
    {
        List<(MemoryMember Member, List<LogPartition> Partitions)> plan;
        lock (log.Gate)
        {
            var members = _members.ToList();
            plan = [.. members.Select((m, i) => (m, m.Topics.SelectMany(log.Partitions).Select(p => p.Name).Where(p => p.Partition % members.Count == i).ToList()))];
        }
        await Task.WhenAll(plan.Select(p => p.Member.RevokeAsync([.. p.Member.Partitions.Except(p.Partitions)], log.RevokeDeadline)));
        foreach (var (member, partitions) in plan) member.Assign([.. partitions.Except(member.Partitions)]);
    }
}

/// <summary>A member of a <see cref="MemoryGroup"/>.</summary>
internal sealed class MemoryMember(MemoryGroup group, MemoryLog log, string name, IReadOnlyList<string> topics, IPartitionOwner owner) : IGroupMember
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _knows;

    public IReadOnlyList<string> Topics => topics;

    /// <summary>Changed in the group's turn only.</summary>
    public HashSet<LogPartition> Partitions { get; } = [];

    public Task Completion => _completion.Task;

    public Task<IReadOnlyList<PartitionRange>> RangesAsync(IReadOnlyList<PartitionStart> starts, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        lock (log.Gate) return Task.FromResult<IReadOnlyList<PartitionRange>>([.. starts.Select(s => MemoryReader.RangeOf(log.Find(s.Partition), s))]);
    }

    public Task<IMessageReader> OpenAsync(IReadOnlyList<PartitionStart> starts, CancellationToken stop) => log.OpenAsync(name, starts, stop);

    public void Assign(IReadOnlyCollection<LogPartition> partitions)
    {
        if (partitions.Count == 0 && _knows) return;
        _knows = true;
        Partitions.UnionWith(partitions);
        owner.OnAssigned(partitions);
    }

    public async Task RevokeAsync(IReadOnlyCollection<LogPartition> partitions, CancellationToken deadline)
    {
        if (partitions.Count == 0) return;
        Partitions.ExceptWith(partitions);
        await owner.OnRevokedAsync(partitions, deadline);
    }

    public void Lose()
    {
        LogPartition[] lost = [.. Partitions];
        Partitions.Clear();
        owner.OnLost(lost);
    }

    public async ValueTask DisposeAsync()
    {
        await group.LeaveAsync(this);
        _completion.TrySetResult();
    }
}
