using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Group '{Group}' reads {Partitions} partitions with {Messages} messages at hand from {Servers}")]
    public static partial void Reading(ILogger logger, string group, int partitions, long messages, string servers);

    [LoggerMessage(2001, LogLevel.Information, "Group '{Group}' has stopped reading")]
    public static partial void StoppedReading(ILogger logger, string group);

    [LoggerMessage(2002, LogLevel.Warning, "Group '{Group}' has waited {Stall} for its lane: its partitions are paused until there is room for {Slab} messages")]
    public static partial void Paused(ILogger logger, string group, TimeSpan stall, int slab);

    [LoggerMessage(2003, LogLevel.Information, "Group '{Group}' reads on after {Stall}")]
    public static partial void Resumed(ILogger logger, string group, TimeSpan stall);

    [LoggerMessage(2004, LogLevel.Warning, "Kafka at {Servers}: {Code}: {Reason}. The client tries again")]
    public static partial void Trouble(ILogger logger, string servers, ErrorCode code, string reason);

    [LoggerMessage(2005, LogLevel.Debug, "Offsets were not reported to the servers: {Code}: {Reason}. This is for monitoring only; the ledger is what counts")]
    public static partial void NotReported(ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(2006, LogLevel.Warning, "Group '{Group}' has not closed its consumer within {Wait}; it goes on in the background")]
    public static partial void SlowClose(ILogger logger, string group, TimeSpan wait);

    [LoggerMessage(2007, LogLevel.Debug, "librdkafka: {Facility}: {Text}")]
    public static partial void Client(ILogger logger, string facility, string text);

    [LoggerMessage(2008, LogLevel.Debug, "Kafka at {Servers}: {Code}: {Reason}. The client still tries")]
    public static partial void TroubleAgain(ILogger logger, string servers, ErrorCode code, string reason);

    [LoggerMessage(2015, LogLevel.Debug, "Pipeline '{Pipeline}': {Letters} dead letters of epoch {Epoch} are in topic '{Topic}'")]
    public static partial void DeadLettersSent(ILogger logger, string pipeline, int letters, long epoch, string topic);

    [LoggerMessage(2009, LogLevel.Information, "Kafka at {Servers}: messages arrive again")]
    public static partial void Recovered(ILogger logger, string servers);

    [LoggerMessage(2016, LogLevel.Debug, "Group '{Group}' leaves partition {Partition} alone: it is ahead of the others in event time")]
    public static partial void LeftAlone(ILogger logger, string group, TopicPartition partition);

    [LoggerMessage(2017, LogLevel.Debug, "Group '{Group}' reads partition {Partition} on")]
    public static partial void ReadOn(ILogger logger, string group, TopicPartition partition);

    [LoggerMessage(2010, LogLevel.Information, "Joining group '{Group}' for {Topics} at {Servers}")]
    public static partial void Joining(ILogger logger, string group, string topics, string servers);

    [LoggerMessage(2011, LogLevel.Information, "Group '{Group}' gives {Count} partitions to this member: {Partitions}")]
    public static partial void Assigned(ILogger logger, string group, int count, string partitions);

    [LoggerMessage(2012, LogLevel.Information, "Group '{Group}' takes {Count} partitions from this member: {Partitions}")]
    public static partial void Revoked(ILogger logger, string group, int count, string partitions);

    [LoggerMessage(2013, LogLevel.Warning, "This member of group '{Group}' was taken for dead, and has lost {Count} partitions: {Partitions}")]
    public static partial void Lost(ILogger logger, string group, int count, string partitions);

    [LoggerMessage(2014, LogLevel.Trace, "Group '{Group}' is shown progress: {Offset}")]
    public static partial void Reported(ILogger logger, string group, TopicPartitionOffset offset);
}
