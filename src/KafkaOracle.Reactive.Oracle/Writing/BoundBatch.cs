using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A batch as it is sent: rows of one key folded to one, cut into arrays for the driver.</summary>
/// <remarks>
/// A folded row that the database refuses must not take the others of its key with it: those are sent next, one by one in the order of
/// the log, so that good rows stay and bad ones are rejected, however the log is cut into epochs.
/// </remarks>
internal sealed class BoundBatch
{
    private readonly IOracleBatch _batch;
    private readonly OracleTable _table;
    private readonly IReadOnlyList<ColumnValues> _values;
    private readonly int _arrayRows;
    private readonly Folding _folding;
    private readonly TableStatement _write, _delete;
    private readonly RowGroups? _groups;
    private readonly List<ColumnValues> _copies = [];

    private BoundBatch(IOracleBatch batch, OracleTable table, int arrayRows)
    {
        (_batch, _table, _values, _arrayRows) = (batch, table, batch.ValuesFor(table), arrayRows);
        (_folding, _write, _delete) = (table.Mode.Folding, table.Statement, WriteMode.Delete.Statement(table.Name, table.Columns));
        if (_folding != Folding.None) _groups = RowGroups.Of([.. table.Columns.Select((c, i) => (c, i)).Where(c => c.c.IsMatched).Select(c => _values[c.i])], batch.Count);
        Slices = _groups is null && !batch.HasTombstones ? [.. Cut(_write, [.. _values], null, batch.Count, isFolded: false, isRepeat: false)]
            : _folding == Folding.Combined ? Combined(_groups!)
            : Split(_groups is null ? Enumerable.Range(0, batch.Count) : Chosen(_groups), _groups is not null, isRepeat: false);
    }

    public IOracleBatch Batch => _batch;

    public IReadOnlyList<BoundSlice> Slices { get; }

    /// <summary>Folds and cuts.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="table">Where they go: the batch's own table, or one that differs by its name and an era column.</param>
    /// <param name="arrayRows">Most rows in a slice.</param>
    public static BoundBatch Of(IOracleBatch batch, OracleTable table, int arrayRows) => new(batch, table, arrayRows);

    /// <summary>What is to be sent after rows were refused, and which of these are rejected.</summary>
    public (IReadOnlyList<BoundSlice> Again, IReadOnlyList<RefusedRow> Rejected) After(IReadOnlyList<(BoundSlice Slice, RefusedRow Element)> refused)
    {
        var rejected = new List<RefusedRow>();
        var again = new List<int>();
        foreach (var (slice, element) in refused)
        {
            var row = slice.RowOf(element.Row);
            var isCombined = slice.IsFolded && _folding == Folding.Combined && !_groups!.IsAlone(row);
            // Another session inserted the key since the statement began: a new statement finds it.
            var wasOvertaken = slice.Statement.Merges && !slice.IsRepeat && element.Code == OracleErrorPolicy.Unique;
            if (isCombined || wasOvertaken) again.Add(row);
            else rejected.Add(element with { Row = row });
            if (_groups is not null && (slice.IsFolded || _batch.IsTombstone(row))) again.AddRange(Others(row));
        }
        again.Sort();
        return (Split(again, isFolded: false, isRepeat: true), rejected);
    }

    /// <summary>Gives the memory of the batch and of its folded copies back.</summary>
    public void Release()
    {
        foreach (var copy in _copies) copy.Release();
        _batch.Release();
    }

    private IEnumerable<int> Chosen(RowGroups groups)
    {
        if (_folding == Folding.First) return Enumerable.Range(0, groups.Count).Select(groups.First);
        if (_folding == Folding.Last) return Enumerable.Range(0, _batch.Count).Where(row => groups.Last(groups.Of(row)) == row);
        var revision = _values[_table.Columns.Select(c => c.Property).ToList().IndexOf(_table.Mode.RevisionProperty!)];
        var highest = new int[groups.Count];
        for (var row = 0; row < _batch.Count; row++)
        {
            ref var best = ref highest[groups.Of(row)];
            if (groups.Previous(row) < 0 || revision.Compare(row, best) > 0) best = row;
        }
        Array.Sort(highest);
        return highest;
    }

    private List<BoundSlice> Combined(RowGroups groups)
    {
        int[] firsts = [.. Enumerable.Range(0, groups.Count).Select(groups.First)];
        var values = Copied(_write, firsts);
        var inexact = new HashSet<int>();
        foreach (var index in _write.Columns.Where(i => !_table.Columns[i].IsKey))
        {
            var (source, target, how) = (_values[index], values[index]!, _table.Mode.CombinationOf(_table.Columns[index]));
            for (var row = 0; row < _batch.Count; row++)
                if (groups.Previous(row) >= 0 && groups.Of(row) is var group && !inexact.Contains(group) && !target.Combine(group, source, row, how)) inexact.Add(group);
        }
        if (inexact.Count == 0) return [.. Cut(_write, values, firsts, firsts.Length, isFolded: true, isRepeat: false)];

        // Sums that would lose digits are left to the database, which adds row by row.
        int[] exact = [.. Enumerable.Range(0, groups.Count).Where(g => !inexact.Contains(g))];
        var kept = Array.ConvertAll(values, v => v is null ? null : Kept(v.Take(exact)));
        return
        [
            .. Cut(_write, kept, Array.ConvertAll(exact, groups.First), exact.Length, isFolded: true, isRepeat: false),
            .. Split(Enumerable.Range(0, _batch.Count).Where(row => inexact.Contains(groups.Of(row))), isFolded: false, isRepeat: false),
        ];
    }

    /// <summary>The rows of a key that are to be sent, in any order, when one that stood for them was refused.</summary>
    private IEnumerable<int> Others(int refused)
    {
        for (var row = _groups!.Last(_groups.Of(refused)); row >= 0; row = _groups.Previous(row))
        {
            if (row == refused || (_folding == Folding.Last && row > refused)) continue;
            yield return row;
            if (_batch.IsTombstone(row)) yield break;           // what came before it is gone anyway
        }
    }

    // Deletes go first: a key that was deleted may make room for another one's unique values.
    private List<BoundSlice> Split(IEnumerable<int> rows, bool isFolded, bool isRepeat)
    {
        var slices = new List<BoundSlice>();
        foreach (var part in rows.GroupBy(_batch.IsTombstone).OrderByDescending(p => p.Key))
        {
            var (statement, taken) = (part.Key ? _delete : _write, part.ToArray());
            slices.AddRange(Cut(statement, Copied(statement, taken), taken, taken.Length, isFolded, isRepeat));
        }
        return slices;
    }

    private ColumnValues?[] Copied(TableStatement statement, int[] rows)
    {
        var values = new ColumnValues?[_values.Count];
        foreach (var index in statement.Columns) values[index] = Kept(_values[index].Take(rows));
        return values;
    }

    private ColumnValues Kept(ColumnValues copy)
    {
        _copies.Add(copy);
        return copy;
    }

    private IEnumerable<BoundSlice> Cut(TableStatement statement, ColumnValues?[] values, int[]? rows, int count, bool isFolded, bool isRepeat)
    {
        for (var start = 0; start < count; start += _arrayRows)
            yield return new(statement, values, rows, start, Math.Min(_arrayRows, count - start)) { IsFolded = isFolded, IsRepeat = isRepeat };
    }
}

/// <summary>The rows of one statement's array.</summary>
internal sealed class BoundSlice(TableStatement statement, ColumnValues?[] values, int[]? rows, int start, int count)
{
    private OracleParameter[]? _parameters = Bind(statement, values, start, count);

    public TableStatement Statement => statement;

    public int Count => count;

    /// <summary>Whether an element may stand for several rows.</summary>
    public bool IsFolded { get; init; }

    /// <summary>Whether it is sent because others were refused.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>The row of the batch that an element is, or stands for.</summary>
    public int RowOf(int element) => rows is null ? start + element : rows[start + element];

    /// <summary>Parameters for one execution; a second one, after a fault, binds anew.</summary>
    public OracleParameter[] TakeParameters()
    {
        var parameters = _parameters ?? Bind(statement, values, start, count);
        _parameters = null;
        return parameters;
    }

    /// <summary>Its first and its second half.</summary>
    public IEnumerable<BoundSlice> Halves()
    {
        var half = count / 2;
        return
        [
            new(statement, values, rows, start, half) { IsFolded = IsFolded, IsRepeat = IsRepeat },
            new(statement, values, rows, start + half, count - half) { IsFolded = IsFolded, IsRepeat = IsRepeat },
        ];
    }

    private static OracleParameter[] Bind(TableStatement statement, ColumnValues?[] values, int start, int count)
    {
        var parameters = new OracleParameter[statement.Columns.Count];
        for (var i = 0; i < parameters.Length; i++) parameters[i] = values[statement.Columns[i]]!.Bind(start, count);
        return parameters;
    }
}
