namespace KafkaOracle.Reactive.Embedded;

/// <summary>Requests of Kafka's protocol that the embedded brokers answer, by their API keys.</summary>
public enum KafkaApi
{
    /// <summary>Messages written.</summary>
    Produce = 0,

    /// <summary>Messages read.</summary>
    Fetch = 1,

    /// <summary>First and last offset of a partition.</summary>
    ListOffsets = 2,

    /// <summary>Topics, partitions, leaders.</summary>
    Metadata = 3,

    /// <summary>A group's progress stored.</summary>
    OffsetCommit = 8,

    /// <summary>A group's progress read.</summary>
    OffsetFetch = 9,

    /// <summary>Which broker coordinates a group or a transaction.</summary>
    FindCoordinator = 10,

    /// <summary>A member enters a classic group.</summary>
    JoinGroup = 11,

    /// <summary>A member of a classic group is alive.</summary>
    Heartbeat = 12,

    /// <summary>A member leaves a classic group.</summary>
    LeaveGroup = 13,

    /// <summary>A classic group's assignment.</summary>
    SyncGroup = 14,

    /// <summary>Versions of requests a broker knows.</summary>
    ApiVersions = 18,

    /// <summary>An idempotent or transactional producer gets its id.</summary>
    InitProducerId = 22,

    /// <summary>Where a leader's epoch ended.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>A transaction takes in partitions.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>A transaction takes in a group's progress.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>A transaction commits or aborts.</summary>
    EndTxn = 26,

    /// <summary>A group's progress stored in a transaction.</summary>
    TxnOffsetCommit = 28,

    /// <summary>A member of a KIP-848 group joins, is alive, or leaves.</summary>
    ConsumerGroupHeartbeat = 68,
}
