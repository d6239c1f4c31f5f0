namespace KafkaOracle.Reactive;

/// <summary>Rows and checksums of the era under way: those computed by this lane beside those that the ledger holds.</summary>
internal sealed class EraTally
{
    private readonly ITable[] _tables;
    private readonly TableSum[] _computed;
    private readonly RowDigest _digest = new();
    private IReadOnlyList<TableSum> _committed;
    private long _committedRows, _rows;
    private ulong _committedSum, _sum;

    public EraTally(IReadOnlyList<ITable> tables, LedgerRow? row)
    {
        _tables = [.. tables];
        _computed = [.. tables.Select(t => new TableSum(t.Name, 0, 0))];
        (_committedRows, _committedSum, _committed) = (row?.EraRows ?? 0, row?.EraSum ?? 0, row?.EraTables ?? []);
    }

    /// <summary>Whether every row that was committed has been computed again.</summary>
    public bool HasCaughtUp => _rows >= _committedRows;

    // While rows are still computed again the ledger's figures stand.
    public long Rows => HasCaughtUp ? _rows : _committedRows;
    public ulong Sum => HasCaughtUp ? _sum : _committedSum;
    public IReadOnlyList<TableSum> Tables => HasCaughtUp ? [.. _computed.Where(t => t.Rows > 0)] : _committed;

    /// <summary>Counts a row. False: it is one of those committed.</summary>
    public bool Count<T>(int slot, ITable<T> table, T row)
    {
        table.Digest(row, _digest);
        var hash = _digest.Take();
        ref var sum = ref _computed[slot];
        sum = new(sum.Table, sum.Rows + 1, RowDigest.Roll(sum.Sum, hash));
        _sum = RowDigest.Roll(_sum, hash + (ulong)slot);
        _rows++;
        if (_rows > _committedRows) return true;
        if (_rows == _committedRows && _sum != _committedSum) throw Differs();
        return false;
    }

    /// <summary>The era ends, and the next one begins with nothing.</summary>
    public void Next(long eraStart)
    {
        if (!HasCaughtUp)
            throw new NotDeterministicException($"The era from {EventTime.At(eraStart):O} has {_committedRows} committed rows, and computed again only {_rows}. {Advice}");
        for (var i = 0; i < _computed.Length; i++) _computed[i] = new(_tables[i].Name, 0, 0);
        (_rows, _sum, _committedRows, _committedSum, _committed) = (0, 0, 0, 0, []);
    }

    private const string Advice =
        "Nothing more was written. The query must depend on its records and on lane.Clock alone: no wall clock, no random numbers, no other threads; or the log has lost messages it had.";

    private NotDeterministicException Differs()
    {
        foreach (var computed in _computed)
        {
            var committed = _committed.FirstOrDefault(t => t.Table == computed.Table);
            if (committed.Rows != computed.Rows)
                return new($"Of the first {_committedRows} rows of the era, {committed.Rows} were committed to table {computed.Table}, and computed again {computed.Rows}. {Advice}");
            if (committed.Sum != computed.Sum)
                return new($"The {computed.Rows} rows of the era committed to table {computed.Table} are not the ones computed again: their checksums are {committed.Sum:x16} and {computed.Sum:x16}. {Advice}");
        }
        return new($"The {_committedRows} rows of the era committed are computed again in another order over the tables. {Advice}");
    }
}
