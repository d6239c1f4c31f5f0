using System.Text;
using System.Text.Json;
using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive;

/// <summary>One column of a batch: a typed array, and which of its elements are null. Nothing is boxed.</summary>
internal abstract class ColumnValues
{
    /// <summary>A parameter for the elements from <paramref name="start"/> on.</summary>
    public abstract OracleParameter Bind(int start, int count);

    /// <summary>Writes one element, for the payload of a row that was refused.</summary>
    public abstract void ToJson(int index, Utf8JsonWriter json);

    public abstract bool IsNull(int index);

    public abstract Type ElementType { get; }

    /// <summary>One element, boxed, for direct path loads alone; null where it is.</summary>
    public abstract object? At(int index);

    /// <summary>Whether an element is longer than its column is declared.</summary>
    public abstract bool IsTooLong(int index);

    /// <summary>Mixes the first elements' hashes into those of the columns before it.</summary>
    public abstract void Hash(Span<int> hashes);

    public abstract bool AreEqual(int one, int other);

    public abstract int Compare(int one, int other);

    /// <summary>A copy of these elements, in this order.</summary>
    public abstract ColumnValues Take(ReadOnlySpan<int> rows);

    /// <summary>Combines an element with one of another column of this type.</summary>
    /// <returns>False: a sum would not be exact, or the database may refuse one of the values; the element is worth nothing now.</returns>
    public abstract bool Combine(int index, ColumnValues from, int row, Combination how);

    /// <summary>Gives the memory back. Neither the column nor a parameter made of it may be used any more.</summary>
    public abstract void Release();
}

/// <summary>A column that is filled from rows of one type.</summary>
internal abstract class ColumnValues<TRow> : ColumnValues
{
    /// <summary>Takes a row's value as the element of that index, at most one past the last. Doing so again replaces it.</summary>
    public abstract void Set(int index, TRow row);
}

internal sealed class ColumnValues<TRow, TWire>(OracleColumn<TRow, TWire> column) : ColumnValues<TRow>
{
    private readonly PooledArray<TWire> _values = new();
    private PooledArray<OracleParameterStatus>? _nulls;
    private int _count;

    public override void Set(int index, TRow row)
    {
        var isThere = column.TryGet(row, out var value);
        Set(index, value, !isThere);
    }

    public override OracleParameter Bind(int start, int count)
    {
        // The driver reads as many elements as the statement's ArrayBindCount says; a longer array need not be copied.
        var parameter = new OracleParameter { OracleDbType = DbTypeOf(start, count), Value = start == 0 ? _values.Items : _values.Items[start..(start + count)] };
        if (_nulls is not null) parameter.ArrayBindStatus = _nulls.Items[start..(start + count)];
        return parameter;
    }

    public override void ToJson(int index, Utf8JsonWriter json)
    {
        if (IsNull(index)) json.WriteNullValue();
        else column.Wire.ToJson(json, _values[index]);
    }

    public override Type ElementType => typeof(TWire);

    public override object? At(int index) => IsNull(index) ? null : _values[index];

    public override bool IsNull(int index) => _nulls?[index] == OracleParameterStatus.NullInsert;

    public override bool IsTooLong(int index) => column.Type.Size > 0 && !IsNull(index) && _values[index] switch
    {
        string text => text.Length > column.Type.Size / 4 && (column.Type.IsInBytes ? Encoding.UTF8.GetByteCount(text) : text.EnumerateRunes().Count()) > column.Type.Size,
        byte[] bytes => bytes.Length > column.Type.Size,
        _ => false,
    };

    public override void Hash(Span<int> hashes)
    {
        for (var i = 0; i < hashes.Length; i++)
        {
            var value = _values[i];
            if (value is not null) hashes[i] = unchecked(hashes[i] * 31 + WireEquality<TWire>.Hash(value));
        }
    }

    public override bool AreEqual(int one, int other) => WireEquality<TWire>.AreEqual(_values[one], _values[other]);

    public override int Compare(int one, int other) => Comparer<TWire>.Default.Compare(_values[one], _values[other]);

    public override ColumnValues Take(ReadOnlySpan<int> rows)
    {
        var taken = new ColumnValues<TRow, TWire>(column);
        for (var i = 0; i < rows.Length; i++) taken.Set(i, _values[rows[i]], IsNull(rows[i]));
        return taken;
    }

    public override bool Combine(int index, ColumnValues from, int row, Combination how)
    {
        var other = (ColumnValues<TRow, TWire>)from;
        if (IsDoubtful(index) || other.IsDoubtful(row)) return false;
        if (how == Combination.First) return true;
        if (how == Combination.Last || IsNull(index)) Set(index, other._values[row], other.IsNull(row));
        else if (other.IsNull(row)) return true;
        else if (how == Combination.Sum) return column.Wire.Add!(_values[index], other._values[row], out _values.Items[index]);
        else if (Comparer<TWire>.Default.Compare(other._values[row], _values[index]) is var order && (how == Combination.Min ? order < 0 : order > 0)) _values[index] = other._values[row];
        return true;
    }

    public override void Release()
    {
        _values.Release();
        _nulls?.Release();
    }

    // A value bound as a LOB costs the driver round trips of its own, to make a temporary one; short ones need none.
    private OracleDbType DbTypeOf(int start, int count)
    {
        if (!column.Type.IsLarge) return column.DbType;
        for (var i = start; i < start + count; i++)
            if (!IsNull(i) && _values[i] is string { Length: > 1000 } or byte[] { Length: > 2000 }) return column.DbType;
        return column.DbType switch { OracleDbType.Blob => OracleDbType.Raw, OracleDbType.NClob => OracleDbType.NVarchar2, _ => OracleDbType.Varchar2 };
    }

    /// <summary>Whether the database might refuse a row for this value: it must see it then, and not be shown a sum or a later value instead.</summary>
    private bool IsDoubtful(int index)
    {
        var type = column.Type;
        return IsNull(index) ? !column.IsNullable : _values[index] switch
        {
            string text => type.Size > 0 && text.Length > (type.IsInBytes ? type.Size / 3 : Math.Min(type.Size, 1000)),      // at most 3 bytes each, and a VARCHAR2 has at most 4000
            byte[] bytes => type.Size > 0 && bytes.Length > type.Size,
            int number => IsLarge(number),
            long number => IsLarge(number),
            decimal number => IsLarge((double)number),
            _ => false,
        };

        bool IsLarge(double number) => type is { Precision: { } precision, Scale: { } scale } && Math.Abs(number) >= 0.99 * Math.Pow(10, precision - scale);
    }

    private void Set(int index, TWire value, bool isNull)
    {
        _values[index] = value;
        _count = Math.Max(_count, index + 1);
        if (isNull && _nulls is null)
        {
            _nulls = new();
            for (var i = 0; i < _count; i++) _nulls[i] = OracleParameterStatus.Success;
        }
        if (_nulls is not null) _nulls[index] = isNull ? OracleParameterStatus.NullInsert : OracleParameterStatus.Success;
    }
}

/// <summary>Equality of a column's values as the database sees it: bytes by their content.</summary>
internal static class WireEquality<TWire>
{
    public static int Hash(TWire value)
    {
        if (value is OracleDecimal number) return number.ToDouble().GetHashCode();      // its own hash tells 1.0 from 1
        if (value is not byte[] bytes) return EqualityComparer<TWire>.Default.GetHashCode(value!);
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public static bool AreEqual(TWire one, TWire other)
        => one is OracleDecimal number && other is OracleDecimal second ? number == second
            : one is byte[] left && other is byte[] right ? left.AsSpan().SequenceEqual(right) : EqualityComparer<TWire>.Default.Equals(one, other);
}
