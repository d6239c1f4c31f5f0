using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Testing;

/// <summary>A pipeline's query with its tables, whatever their kind, in memory. Each row keeps the digest that its own table makes of it.</summary>
internal sealed class RecordedQuery
{
    private readonly Dictionary<ITable, ITable> _tables = new(ReferenceEqualityComparer.Instance);
    private readonly Action<Lane> _query;
    private bool _isSide;
    private int _lane;

    public RecordedQuery(Pipeline pipeline)
    {
        (_query, Name, Options) = (pipeline.Query, pipeline.Name, pipeline.Options);
        Plan = QueryPlan.Of(Name, Connect);
    }

    public string Name { get; }
    public PipelineOptions Options { get; }
    public QueryPlan Plan { get; }

    /// <summary>The lanes over a log: the numbers of their partitions, or null for the one that has all.</summary>
    public int?[] Lanes(MemoryLog log)
        => Options.Lanes == Reactive.Lanes.Single ? [null] : [.. Enumerable.Range(0, Plan.Inputs.Max(i => log.PartitionCount(i.Topic))).Select(n => (int?)n)];

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
            lane.Into(query.Recorded(table), rows.Do(_ => (query._isSide, query._lane) = lane is QueryInstance instance ? (instance.IsSide, instance.LaneNumber) : (false, 0)));
        }
    }

    private sealed class RecordedTable<T>(RecordedQuery query, ITable<T> table) : ITable<T>
    {
        private readonly RowDigest _digest = new();

        public string Name => table.Name;

        public bool KeepsEra => table.KeepsEra;

        public RowBatch<T> NewBatch() => new Batch(this);

        public void Digest(T row, RowDigest digest) => table.Digest(row, digest);

        private MemoryRow Row(T row, RowOrigin origin)
        {
            table.Digest(row, _digest);
            return new(Name, row, row?.ToString(), origin) { Digest = _digest.Take(), IsSide = query._isSide, Lane = query._lane };
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
