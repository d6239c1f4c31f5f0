using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>One column of a batch: a typed array that grows, and which of its elements are null. Nothing is boxed.</summary>
internal abstract class ColumnValues<TRow>
{
    /// <summary>Takes a row's value as the element of that index, at most one past the last. Doing so again replaces it.</summary>
    public abstract void Set(int index, TRow row);

    /// <summary>A parameter for the elements from <paramref name="start"/> on.</summary>
    public abstract OracleParameter Bind(int start, int count);

    /// <summary>One element, for the payload of a row that the database refused.</summary>
    public abstract object? At(int index);

    /// <summary>Gives the memory back. Neither the column nor a parameter made of it may be used any more.</summary>
    public abstract void Release();
}

internal sealed class ColumnValues<TRow, TWire>(OracleColumn<TRow, TWire> column) : ColumnValues<TRow>
{
    private readonly PooledArray<TWire> _values = new();
    private PooledArray<OracleParameterStatus>? _nulls;

    public override void Set(int index, TRow row)
    {
        var isNull = column.IsNull(row);
        _values[index] = isNull ? default! : column.Get(row);
        if (isNull && _nulls is null)
        {
            _nulls = new();
            for (var i = 0; i < index; i++) _nulls[i] = OracleParameterStatus.Success;
        }
        if (_nulls is not null) _nulls[index] = isNull ? OracleParameterStatus.NullInsert : OracleParameterStatus.Success;
    }

    public override OracleParameter Bind(int start, int count)
    {
        // The driver reads as many elements as the statement's ArrayBindCount says; a longer array need not be copied.
        var parameter = new OracleParameter { OracleDbType = column.DbType, Value = start == 0 ? _values.Items : _values.Items[start..(start + count)] };
        if (_nulls is not null) parameter.ArrayBindStatus = _nulls.Items[start..(start + count)];
        return parameter;
    }

    public override object? At(int index) => _nulls?[index] == OracleParameterStatus.NullInsert ? null : _values[index];

    public override void Release()
    {
        _values.Release();
        _nulls?.Release();
    }
}
