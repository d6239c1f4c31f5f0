using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>Which errors pass by themselves.</summary>
internal static class KafkaErrors
{
    /// <summary>
    /// Errors that librdkafka retries, or that a moving leader or coordinator causes. Any other stops the reading: what is not known
    /// to pass may have cost a message.
    /// </summary>
    public static bool IsTransient(Error error) => !error.IsFatal && error.Code is
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve or ErrorCode.Local_TimedOut or
        ErrorCode.Local_TimedOutQueue or ErrorCode.Local_WaitCoord or ErrorCode.Local_WaitCache or ErrorCode.Local_Retry or
        ErrorCode.Local_MaxPollExceeded or ErrorCode.Local_DestroyBroker or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or
        ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.BrokerNotAvailable or
        ErrorCode.ReplicaNotAvailable or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable or
        ErrorCode.KafkaStorageError or ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable or
        ErrorCode.NotCoordinatorForGroup or ErrorCode.RebalanceInProgress or ErrorCode.UnstableOffsetCommit or
        ErrorCode.ThrottlingQuotaExceeded or ErrorCode.PreferredLeaderNotAvailable or ErrorCode.RebootstrapRequired;

    /// <summary>The servers say that there is no such topic.</summary>
    public static bool IsMissingTopic(Error error) => error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic;
}
