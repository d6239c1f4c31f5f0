using System.Buffers;
using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive;

/// <summary>An array that grows as it is written and comes out of the shared pool: an epoch's columns are large, and most epochs are alike.</summary>
internal sealed class PooledArray<T>
{
    private T[] _items = ArrayPool<T>.Shared.Rent(256);

    /// <summary>The array itself; elements that were never set hold anything.</summary>
    public T[] Items => _items;

    public T this[int index]
    {
        get => _items[index];
        set
        {
            if (index >= _items.Length) Grow(index);
            _items[index] = value;
        }
    }

    /// <summary>Gives the array back. Nothing must use it any more.</summary>
    public void Release()
    {
        Return(_items);
        _items = [];
    }

    private void Grow(int index)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(_items.Length * 2, index + 1));
        _items.CopyTo(larger, 0);
        Return(_items);
        _items = larger;
    }

    private static void Return(T[] items)
    {
        if (items.Length > 0) ArrayPool<T>.Shared.Return(items, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
    }
}
