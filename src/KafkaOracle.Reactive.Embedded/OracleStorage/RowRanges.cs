namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A set of row numbers, kept as ranges: rows inserted one after another take no more room than one of them.</summary>
internal sealed class RowRanges
{
    private readonly List<(long First, long Last)> _ranges = [];

    public IReadOnlyList<(long First, long Last)> Ranges => _ranges;

    public IEnumerable<long> Rows
    {
        get
        {
            foreach (var (first, last) in _ranges)
                for (var row = first; row <= last; row++) yield return row;
        }
    }

    public void Add(long row) => Add(row, row);

    public void AddAll(RowRanges others)
    {
        foreach (var (first, last) in others._ranges) Add(first, last);
    }

    public bool Contains(long row)
    {
        var at = Before(row);
        return at >= 0 && row <= _ranges[at].Last;
    }

    private void Add(long first, long last)
    {
        // New rows come after all others, except where the last ones were deleted.
        if (_ranges.Count > 0 && _ranges[^1] is var end && first > end.Last)
        {
            if (first == end.Last + 1) _ranges[^1] = (end.First, last);
            else _ranges.Add((first, last));
            return;
        }
        var from = Before(first);
        if (from < 0 || _ranges[from].Last < first - 1) from++;
        var to = from;
        for (; to < _ranges.Count && _ranges[to].First <= last + 1; to++)
            (first, last) = (Math.Min(first, _ranges[to].First), Math.Max(last, _ranges[to].Last));
        _ranges.RemoveRange(from, to - from);
        _ranges.Insert(from, (first, last));
    }

    /// <summary>Index of the last range that begins at or before a row; -1: none does.</summary>
    private int Before(long row)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].First <= row) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }
}
