using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A column of a table: its name and type, and where its values come from.</summary>
public abstract class OracleColumn
{
    private protected OracleColumn(string property, string name, OracleType type, bool isNullable, bool isKey)
        => (Property, Name, Type, IsNullable, IsKey) = (property, name, type, isNullable, isKey);

    /// <summary>The name in the database, as the data dictionary spells it.</summary>
    public string Name { get; }

    /// <summary>The type in the database.</summary>
    public OracleType Type { get; }

    /// <summary>Whether it may be null.</summary>
    public bool IsNullable { get; }

    /// <summary>Whether it is part of the key.</summary>
    public bool IsKey { get; }

    internal string Property { get; }
}

/// <summary>The column that says which era a row belongs to. It is no property of the row: the lane knows it.</summary>
internal sealed class EraColumn(string name) : OracleColumn("", name, OracleType.Timestamp(), isNullable: false, isKey: false);

internal abstract class OracleColumn<TRow>(string property, string name, OracleType type, bool isNullable, bool isKey)
    : OracleColumn(property, name, type, isNullable, isKey)
{
    public abstract ColumnValues<TRow> NewValues();

    public abstract void Digest(TRow row, RowDigest digest);

    public abstract OracleColumn<TRow> With(string name, OracleType type, bool isNullable, bool isKey);
}

// isNull: whether a row has no value here; get: its value as the driver takes it; digest: writes that into a digest.
internal sealed class OracleColumn<TRow, TWire>(
    string property, string name, OracleType type, bool isNullable, bool isKey, Func<TRow, bool> isNull, Func<TRow, TWire> get, Action<TWire, RowDigest> digest)
    : OracleColumn<TRow>(property, name, type, isNullable, isKey)
{
    public OracleDbType DbType { get; } = type.Family switch
    {
        // As what they are: the driver would make a decimal of each integer first.
        "NUMBER" when typeof(TWire) == typeof(int) => OracleDbType.Int32,
        "NUMBER" when typeof(TWire) == typeof(long) => OracleDbType.Int64,
        "NUMBER" => OracleDbType.Decimal,
        "VARCHAR2" => OracleDbType.Varchar2,
        "CLOB" => OracleDbType.Clob,
        "BLOB" => OracleDbType.Blob,
        "RAW" => OracleDbType.Raw,
        "BINARY_DOUBLE" => OracleDbType.BinaryDouble,
        "DATE" => OracleDbType.Date,
        "TIMESTAMP WITH TIME ZONE" => OracleDbType.TimeStampTZ,
        _ => OracleDbType.TimeStamp,
    };

    public bool IsNull(TRow row) => isNull(row);

    public TWire Get(TRow row) => get(row);

    public override ColumnValues<TRow> NewValues() => new ColumnValues<TRow, TWire>(this);

    public override void Digest(TRow row, RowDigest target)
    {
        if (isNull(row))
        {
            target.AddNull();
            return;
        }
        target.Add(1L);                     // or null and -1 were the same
        digest(get(row), target);
    }

    public override OracleColumn<TRow> With(string name, OracleType type, bool isNullable, bool isKey)
        => new OracleColumn<TRow, TWire>(Property, name, type, isNullable, isKey, isNull, get, digest);
}
