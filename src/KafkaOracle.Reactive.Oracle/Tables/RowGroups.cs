using System.Buffers;
using System.Numerics;

namespace KafkaOracle.Reactive;

/// <summary>The rows of a batch by their keys: groups are numbered in the order of their first rows.</summary>
/// <remarks>A row with a null in its key is a group by itself: the database finds no equal of null.</remarks>
internal sealed class RowGroups
{
    private readonly int[] _groupOf, _previous, _first, _last;

    private RowGroups(int[] groupOf, int[] previous, int[] first, int[] last, int count)
        => (_groupOf, _previous, _first, _last, Count) = (groupOf, previous, first, last, count);

    public int Count { get; }

    public int Of(int row) => _groupOf[row];

    public int First(int group) => _first[group];

    public int Last(int group) => _last[group];

    /// <summary>The row of the same key before this one; -1: it is the first.</summary>
    public int Previous(int row) => _previous[row];

    public bool IsAlone(int row) => _first[_groupOf[row]] == _last[_groupOf[row]];

    /// <summary>Groups rows by hashing; null where each row has a key of its own.</summary>
    public static RowGroups? Of(IReadOnlyList<ColumnValues> keys, int count)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)count * 2);
        var table = ArrayPool<int>.Shared.Rent(capacity);
        var rented = ArrayPool<int>.Shared.Rent(count * 5);
        try
        {
            var arrays = rented.AsSpan(0, count * 5);
            Span<int> hashes = arrays[..count], groupOf = arrays[count..(2 * count)], previous = arrays[(2 * count)..(3 * count)], first = arrays[(3 * count)..(4 * count)], last = arrays[(4 * count)..];
            hashes.Clear();
            foreach (var key in keys) key.Hash(hashes);
            var slots = table.AsSpan(0, capacity);              // a group's number and one more, or 0
            slots.Clear();
            var shift = 32 - BitOperations.Log2((uint)capacity);
            var groups = 0;
            for (var row = 0; row < count; row++)
            {
                var group = -1;
                var hasNull = HasNull(keys, row);
                var slot = (int)(unchecked((uint)hashes[row] * 0x9E3779B9u) >> shift);
                while (!hasNull && (group = slots[slot] - 1) >= 0 && !(hashes[first[group]] == hashes[row] && AreEqual(keys, first[group], row))) slot = (slot + 1) & (capacity - 1);
                if (group < 0)
                {
                    group = groups++;
                    first[group] = row;
                    previous[row] = -1;
                    if (!hasNull) slots[slot] = group + 1;
                }
                else previous[row] = last[group];
                last[group] = row;
                groupOf[row] = group;
            }
            return groups == count ? null : new(groupOf.ToArray(), previous.ToArray(), first[..groups].ToArray(), last[..groups].ToArray(), groups);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(table);
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    private static bool AreEqual(IReadOnlyList<ColumnValues> keys, int one, int other)
    {
        for (var i = 0; i < keys.Count; i++)
            if (!keys[i].AreEqual(one, other)) return false;
        return true;
    }

    private static bool HasNull(IReadOnlyList<ColumnValues> keys, int row)
    {
        for (var i = 0; i < keys.Count; i++)
            if (keys[i].IsNull(row)) return true;
        return false;
    }
}
