namespace KafkaOracle.Reactive;

/// <summary>A value that does not go where it should. Where it is written its row goes to the rejects; where it is read the query fails.</summary>
internal sealed class UnfitValueException(string message) : Exception(message);
