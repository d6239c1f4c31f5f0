using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>One column of a batch: a typed array that grows, and which of its elements are null. Nothing is boxed.</summary>
internal abstract class ColumnValues<TRow>
{
    /// <summary>Takes a row's value as the element of that index. Doing so again replaces it.</summary>
    public abstract void Set(int index, TRow row);

    /// <summary>A parameter for the elements from <paramref name="start"/> on.</summary>
    public abstract OracleParameter Bind(int start, int count);

    /// <summary>One element, for the payload of a row that the database refused.</summary>
    public abstract object? At(int index);
}

internal sealed class ColumnValues<TRow, TWire>(OracleColumn<TRow, TWire> column) : ColumnValues<TRow>
{
    private TWire[] _values = new TWire[256];
    private OracleParameterStatus[]? _nulls;

    public override void Set(int index, TRow row)
    {
        if (index == _values.Length)
        {
            Array.Resize(ref _values, index * 2);
            if (_nulls is not null) Array.Resize(ref _nulls, index * 2);
        }
        var isNull = column.IsNull(row);
        if (!isNull) _values[index] = column.Get(row);
        if (isNull) _nulls ??= new OracleParameterStatus[_values.Length];
        if (_nulls is not null) _nulls[index] = isNull ? OracleParameterStatus.NullInsert : OracleParameterStatus.Success;
    }

    public override OracleParameter Bind(int start, int count)
    {
        // The driver reads as many elements as the statement's ArrayBindCount says; a longer array need not be copied.
        var parameter = new OracleParameter { OracleDbType = column.DbType, Value = start == 0 ? _values : _values[start..(start + count)] };
        if (_nulls is null) return parameter;
        parameter.ArrayBindStatus = _nulls[start..(start + count)];
        return parameter;
    }

    public override object? At(int index) => _nulls?[index] == OracleParameterStatus.NullInsert ? null : _values[index];
}
