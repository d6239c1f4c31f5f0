namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC function 0x80: prepare a direct path load of some columns of a table.</summary>
/// <param name="Schema">The table's schema, or nothing.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Columns">The columns' names in the order of the values.</param>
/// <param name="JoinsTransaction">The load belongs to the session's transaction, so that its end does not commit.</param>
internal sealed record DirectPathPrepareRequest(string Schema, string Table, IReadOnlyList<string> Columns, bool JoinsTransaction)
{
    private const int TableKeyword = 1;
    private const int SchemaKeyword = 3;
    private const int ColumnKeyword = 4;
    private const int JoinsTransactionInput = 36;

    public static DirectPathPrepareRequest Read(TtcReader reader)
    {
        reader.Ub(); // operation: load
        reader.U8();
        var keywords = reader.Count();
        reader.U8();
        var inputs = reader.Count();
        reader.Skip(6);
        string schema = "", table = "";
        var columns = new List<string>();
        for (var i = 0; i < keywords; i++)
        {
            var text = reader.DlcString();
            var value = reader.DlcString() is { Length: > 0 } given ? given : text;
            switch (reader.Ub())
            {
                case TableKeyword: table = value; break;
                case SchemaKeyword: schema = value; break;
                case ColumnKeyword: columns.Add(value); break;
                default: break;
            }
        }
        var joins = false;
        for (var i = 0; i < inputs; i++) joins |= reader.Ub() == 1 && i == JoinsTransactionInput;
        return new DirectPathPrepareRequest(schema, table, columns, joins);
    }
}

/// <summary>TTC function 0x81: rows of a direct path load.</summary>
internal readonly record struct DirectPathLoadRequest(int Cursor, byte[] Stream)
{
    public static DirectPathLoadRequest Read(TtcReader reader)
    {
        var cursor = reader.Int();
        reader.U8();
        var length = reader.Int();
        reader.Ub(); // version of the stream
        reader.U8();
        var inputs = reader.Count();
        reader.Skip(2);
        var stream = reader.Raw(length);
        for (var i = 0; i < inputs; i++) reader.Ub();
        return new DirectPathLoadRequest(cursor, stream);
    }
}

/// <summary>TTC function 0x82: the end of a direct path load, its rows kept (2) or undone (1).</summary>
internal readonly record struct DirectPathEndRequest(long Operation, int Cursor)
{
    public bool Finishes => Operation == 2;

    public bool Aborts => Operation == 1;

    public static DirectPathEndRequest Read(TtcReader reader)
    {
        var operation = reader.Ub();
        var cursor = reader.Int();
        reader.U8();
        var inputs = reader.Count();
        reader.Skip(2);
        for (var i = 0; i < inputs; i++) reader.Ub();
        return new DirectPathEndRequest(operation, cursor);
    }
}
