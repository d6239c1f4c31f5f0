namespace KafkaOracle.Reactive;
/// <summary>x</summary>
public sealed class EventStream<T> {
/// <summary>x</summary>
 public IObservable<T>? Late => null; }
