namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

internal sealed partial class ReplyDecoder
{
    private void Describe()
    {
        Begin("describe");
        var preamble = _reader.Raw(_reader.U8());
        if (preamble.Length == 23) Add("sql_md5", Convert.ToHexString(preamble, 0, 16));
        Add("max_row", _reader.Number());
        var columns = _reader.Number();
        if (columns > 0) Add("header_byte", _reader.U8());
        _columns = [];
        for (var i = 0; i < columns; i++) _columns.Add(Column(i));
        Add("date", _reader.Hex());
        foreach (var name in (string[])["dcbflag", "dcbmdbz", "dcbmnpr", "dcbmxpr"]) Add(name, _reader.Number());
        Add("query_cache_key", _reader.Hex());
    }

    private (int Type, long Size) Column(int index)
    {
        var type = _reader.U8();
        Put("type", type);
        Put("flags", _reader.U8());
        Put("precision", _reader.U8());
        Put("scale", _reader.SignedByte());
        var size = _reader.Number();
        Put("size", size);
        Put("array", _reader.Number());
        Put("cont", _reader.Number());
        Put("oid", _reader.Hex());
        Put("version", _reader.Number());
        Put("charset", _reader.Number());
        Put("form", _reader.U8());
        Put("chars", _reader.Number());
        if (_reader.FieldVersion >= 8) Put("collation", _reader.Number());
        Put("nullable", _reader.U8());
        Put("name_length", _reader.U8());
        foreach (var name in (string[])["name", "schema", "type_name"]) Put(name, _reader.Text());
        Put("position", _reader.Number());
        Put("uds_flags", _reader.Number());
        if (_reader.FieldVersion >= 17) Put("domain", _reader.Text() + _reader.Text());
        if (_reader.FieldVersion >= 20) Put("annotations", _reader.Number());
        if (_reader.FieldVersion >= 24) Put("vector", (_reader.Number(), _reader.U8(), _reader.U8()));
        return (type, size);

        void Put(string name, object value) => Add($"columns[{index}].{name}", value);
    }

    private void Row()
    {
        // A bit vector (message 21) leaves out what is as in the row before: put back, so that servers with and without one agree.
        Begin("row");
        if (_row.Length != _columns.Count) _row = new string[_columns.Count];
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_bits == null || ((_bits[i / 8] >> (i % 8)) & 1) != 0) _row[i] = Value(_columns[i]);
            Add($"values[{i}]", _row[i]);
        }
        _bits = null;
    }

    private string Value((int Type, long Size) column)
    {
        if (column.Size == 0 && column.Type is not (8 or 24 or 208)) return "";
        if (column.Type is 112 or 113) return _reader.Number() == 0 ? "" : $"{_reader.Number()} {_reader.Number()} {_reader.Clr() != null}";
        return Convert.ToHexString(_reader.Clr() ?? []);
    }
}
