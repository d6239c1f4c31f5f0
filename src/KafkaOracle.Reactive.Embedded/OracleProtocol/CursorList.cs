namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>Piggybacks 0x69 (close) and 0x78 (stop fetching): the numbers of cursors.</summary>
internal readonly record struct CursorList(int[] Cursors)
{
    public static CursorList Read(TtcReader reader)
    {
        reader.U8();
        var cursors = new int[reader.Count()];
        for (var i = 0; i < cursors.Length; i++) cursors[i] = reader.Int();
        return new CursorList(cursors);
    }
}
