namespace KafkaOracle.Reactive;

/// <summary>What a query reads and writes, found by calling it once without running it.</summary>
internal sealed class QueryPlan : Lane
{
    private readonly List<TopicInput> _inputs = [];
    private readonly List<ITable> _tables = [];
    private readonly List<Func<bool>> _sideListeners = [];

    private readonly HashSet<string> _sideTables = [];
    private bool _findsSideTables;

    private QueryPlan() : base(new EventClock(0, new LaneThread())) { }

    public IReadOnlyList<TopicInput> Inputs => _inputs;
    public IReadOnlyList<ITable> Tables => _tables;
    public bool HasEventTime => _inputs.Exists(i => i.HasEventTime);

    public static QueryPlan Of(string pipeline, Action<Lane> query)
    {
        var plan = new QueryPlan();
        query(plan);
        if (plan._inputs.Count == 0) throw new InvalidOperationException($"The query of pipeline '{pipeline}' reads no topic: call lane.Topic.");
        if (plan._tables.Count == 0) throw new InvalidOperationException($"The query of pipeline '{pipeline}' writes no table: call lane.Into.");
        if (plan._tables.Exists(t => t.TakesMessages)) plan._inputs.ForEach(i => i.KeepsPayload = true);
        if (!plan.HasEventTime && plan._tables.Find(t => t.KeepsEra) is { } table) throw new InvalidOperationException(NoEra(table));
        return plan;
    }

    /// <summary>The tables that side outputs go into.</summary>
    public static IReadOnlySet<string> SideTablesOf(Action<Lane> query)
    {
        var plan = new QueryPlan { _findsSideTables = true };
        query(plan);
        return plan._sideTables;
    }

    /// <summary>Why a row that belongs to no era does not go into a table.</summary>
    public static string NoEra(ITable table)
        => $"Table {table.Name} keeps each row's era, and rows of side outputs (Late, arrivals), or without event time, belong to none. Write them to a table of their own, without an era column.";

    public override TopicStream<T> Topic<T>(string name, Decoder<T> decoder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(decoder);
        if (_inputs.Exists(i => i.Topic == name))
            throw new ArgumentException($"The query names topic '{name}' twice. Keep the stream that lane.Topic returned in a variable and use it twice.", nameof(name));
        var input = new TopicInput<T>(name, _inputs.Count, decoder);
        _inputs.Add(input);
        var stream = new TopicStream<T>(input, planning: true);
        _sideListeners.Add(() => stream.Arrivals.HasObservers || stream.Events.LateRecords.HasObservers);
        return stream;
    }

    public override void Into<T>(ITable<T> table, IObservable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        var same = _tables.Find(t => t.Name == table.Name);
        if (same is null) _tables.Add(table);
        else if (!ReferenceEquals(same, table))
            throw new ArgumentException($"Two different tables of the query have the name '{table.Name}'. Keep the table in a static field and use it twice.", nameof(table));
        if (!(table.KeepsEra || _findsSideTables) || !ListensSideways(rows)) return;
        if (table.KeepsEra) throw new InvalidOperationException(NoEra(table));
        _sideTables.Add(table.Name);
    }

    public int IndexOf(ITable table) => _tables.IndexOf(table);

    // Nothing flows while a query is planned: to subscribe shows which streams a table's rows are made of.
    private bool ListensSideways<T>(IObservable<T> rows)
    {
        var quiet = _sideListeners.FindAll(listens => !listens());
        using var probe = rows.Subscribe(_ => { }, _ => { });
        return quiet.Exists(listens => listens());
    }
}
