namespace KafkaOracle.Reactive;

/// <summary>One run of the query: subscribed once, fed from the lead-in to the era's end, then disposed, never completed.</summary>
internal sealed class QueryInstance : Lane, IDisposable
{
    private readonly LaneEngine _engine;
    private readonly QueryPlan _plan;
    private readonly long _start;
    private readonly ITopicFeed[] _feeds;
    private readonly List<IDisposable> _subscriptions = [];
    private int _topics;

    /// <summary>An instance for the era from <paramref name="start"/> on, subscribed where its clock stands.</summary>
    public QueryInstance(LaneEngine engine, QueryPlan plan, Action<Lane> query, EventClock clock, long start) : base(clock)
    {
        (_engine, _plan, _start) = (engine, plan, start);
        _feeds = new ITopicFeed[plan.Inputs.Count];
        IsOpen = !plan.HasEventTime;
        query(this);
        if (_topics != _feeds.Length) throw new NotDeterministicException($"The query named {_feeds.Length} topics when it was planned and {_topics} now. It must do the same each time it is called.");
    }

    /// <summary>Start of its era.</summary>
    public long Start => _start;

    /// <summary>Whether its lead-in is over: its rows are the pipeline's.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether its rows are side outputs or without event time: in the order of arrival, and never computed again.</summary>
    public bool IsSide => _engine.IsSide(this);

    public override TopicStream<T> Topic<T>(string name, Decoder<T> decoder)
    {
        var index = _topics++;
        if (index >= _feeds.Length || _plan.Inputs[index] is not TopicInput<T> input || input.Topic != name)
            throw new NotDeterministicException($"The query names topic '{name}' where it did not when it was planned. It must do the same each time it is called.");
        var stream = new TopicStream<T>(input, planning: false);
        _feeds[index] = new TopicFeed<T>(stream);
        return stream;
    }

    public override void Into<T>(ITable<T> table, IObservable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        var slot = _plan.IndexOf(table);
        if (slot < 0) throw new NotDeterministicException($"The query writes table '{table.Name}' which it did not when it was planned. It must do the same each time it is called.");
        _subscriptions.Add(rows.Subscribe(
            row => _engine.Emit(this, slot, table, row),
            error => throw new QueryFaultException(error)));
    }

    public bool WantsArrivals(int input) => _feeds[input].WantsArrivals;

    public void PushArrival(int input, Record record) => _feeds[input].PushArrival(record);

    public void PushLate(int input, Record record) => _feeds[input].PushLate(record);

    public void Push(int input, Record record)
    {
        _feeds[input].Push(record);
        Clock.RunTo(record.Ticks);                              // what it scheduled for its own instant
    }

    /// <summary>Fires timers up to and including a time. Those of the era's start belong to the era before.</summary>
    public void RunTo(long time)
    {
        if (!IsOpen && time >= _start)
        {
            Clock.RunTo(_start);
            IsOpen = true;
        }
        Clock.RunTo(time);
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
    }

    private interface ITopicFeed
    {
        bool WantsArrivals { get; }
        void PushArrival(Record record);
        void PushLate(Record record);
        void Push(Record record);
    }

    private sealed class TopicFeed<T>(TopicStream<T> stream) : ITopicFeed
    {
        public bool WantsArrivals => stream.Arrivals.HasObservers;
        public void PushArrival(Record record) => stream.Arrivals.OnNext((Record<T>)record);
        public void PushLate(Record record) => stream.Events.LateRecords.OnNext((Record<T>)record);
        public void Push(Record record) => stream.Events.Records.OnNext((Record<T>)record);
    }
}

/// <summary>Carries an error that the query ended with through Rx to the lane.</summary>
internal sealed class QueryFaultException(Exception inner) : Exception(inner.Message, inner);
