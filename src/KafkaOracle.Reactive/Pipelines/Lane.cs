namespace KafkaOracle.Reactive;

/// <summary>What a query is given to connect topics to tables. The query is called anew for every era; it must do the same each time.</summary>
public abstract class Lane
{
    [ThreadStatic]
    private static Lane? _underConstruction;

    private protected Lane(EventClock clock) => Clock = clock;

    /// <summary>The lane whose query is being called on this thread; null outside of queries.</summary>
    internal static Lane? UnderConstruction => _underConstruction;

    /// <summary>Event time, as a scheduler: pass it to every operator that takes one.</summary>
    public EventClock Clock { get; }

    /// <summary>The messages of a topic, in the order of each partition. Call <see cref="TopicStream{T}.InEventTime(Func{T, DateTimeOffset}, TimeSpan, EventTimeBounds?)"/> on it to have them in event time.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="decoder">Makes a value of each message.</param>
    /// <exception cref="ArgumentException">The query named the topic before, with another type of value.</exception>
    public abstract TopicStream<T> Topic<T>(string name, Decoder<T> decoder);

    /// <summary>Writes rows into a table, in the open epoch.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows. They must arrive on the lane's thread. An error of this sequence stops the pipeline; its end is ignored.</param>
    public abstract void Into<T>(ITable<T> table, IObservable<T> rows);

    /// <summary>Takes note of the rules that the query checks.</summary>
    /// <returns>What to tell of each record that breaks one, by the rule's name; null for nobody.</returns>
    internal virtual Action<string>? CountRules(IReadOnlyList<string> rules) => null;

    /// <summary>Calls the query for this lane.</summary>
    private protected void Construct(Action<Lane> query)
    {
        var outer = _underConstruction;
        _underConstruction = this;
        try
        {
            query(this);
        }
        finally
        {
            _underConstruction = outer;
        }
    }
}
