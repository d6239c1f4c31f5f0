namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC function 0x62: a statement's columns without executing it.</summary>
internal readonly record struct DescribeRequest(string Sql)
{
    public static DescribeRequest Read(TtcReader reader)
    {
        reader.U8();
        reader.Ub(); // cursor
        reader.U8();
        var length = reader.Int();
        reader.Ub();
        reader.Skip(2);
        var sql = reader.Characters(length);
        reader.Skip(reader.Remaining);
        return new DescribeRequest(sql);
    }
}
