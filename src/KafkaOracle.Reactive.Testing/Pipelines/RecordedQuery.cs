using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Testing;

/// <summary>A pipeline's query with its tables, whatever their kind, in memory. Each row keeps the digest that its own table makes of it.</summary>
internal sealed class RecordedQuery
{
    private readonly Dictionary<ITable, ITable> _tables = new(ReferenceEqualityComparer.Instance);
    private readonly Action<Lane> _query;
    private readonly RecordedQuery[] _formers;
    private bool _isSide;

    public RecordedQuery(Pipeline pipeline)
    {
        (_query, Pipeline) = (pipeline.Query, pipeline);
        Plan = QueryPlan.Of(Name, Connect);
        _formers = [.. pipeline.Formers.Select(f => new RecordedQuery(f))];
    }

    public Pipeline Pipeline { get; }
    public string Name => Pipeline.Name;
    public QueryPlan Plan { get; }

    /// <summary>The query of a version: of this one or of one that it replaces.</summary>
    public RecordedQuery Of(Pipeline version) => version == Pipeline ? this : _formers.First(f => f.Pipeline == version);

    public void Connect(Lane lane) => _query(new RecordingLane(this, lane));

    private ITable<T> Recorded<T>(ITable<T> table)
    {
        if (!_tables.TryGetValue(table, out var recorded)) _tables[table] = recorded = new RecordedTable<T>(this, table);
        return (ITable<T>)recorded;
    }

    private sealed class RecordingLane(RecordedQuery query, Lane lane) : Lane(lane.Clock)
    {
        public override TopicStream<T> Topic<T>(string name, Decoder<T> decoder) => lane.Topic(name, decoder);

        public override void Into<T>(ITable<T> table, IObservable<T> rows)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(rows);
            lane.Into(query.Recorded(table), rows.Do(_ => query._isSide = lane is QueryInstance { IsSide: true }));
        }
    }

    private sealed class RecordedTable<T>(RecordedQuery query, ITable<T> table) : ITable<T>
    {
        private readonly RowDigest _digest = new();

        public string Name => table.Name;

        public bool KeepsEra => table.KeepsEra;

        public bool KeepsLane => table.KeepsLane;

        public bool TakesMessages => table.TakesMessages;

        public RowBatch<T> NewBatch() => new Batch(this);

        public void Digest(T row, RowDigest digest) => table.Digest(row, digest);

        private MemoryRow Row(T row, RowOrigin origin)
        {
            table.Digest(row, _digest);
            return new(Name, row, row?.ToString(), origin) { Digest = _digest.Take(), IsSide = query._isSide };
        }

        private sealed class Batch(RecordedTable<T> table) : RowBatch<T>(table), IMemoryBatch
        {
            private readonly List<MemoryRow> _rows = [];

            public override int Count => _rows.Count;

            public IReadOnlyList<MemoryRow> Rows => _rows;

            public override void Add(T row, RowOrigin origin) => _rows.Add(table.Row(row, origin));
        }
    }
}
