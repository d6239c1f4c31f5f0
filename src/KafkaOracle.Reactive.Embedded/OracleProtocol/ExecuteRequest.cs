namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC function 0x5e (parse, bind, define, execute) up to, and without, the rows of bind values.</summary>
internal sealed class ExecuteRequest
{
    public required long Options { get; init; }
    public required int Cursor { get; init; }
    public required string? Sql { get; init; }
    public required int Prefetch { get; init; }
    public required int Iterations { get; init; }
    public required bool WantsRowCounts { get; init; }
    public required BindDescription[] Binds { get; init; }
    public required BindDescription[] Defines { get; init; }

    public bool Executes => (Options & 0x20) != 0;

    public bool Fetches => (Options & 0x40) != 0;

    public bool Commits => (Options & 0x100) != 0;

    public bool BatchErrors => (Options & 0x80000) != 0;

    public static ExecuteRequest Read(TtcReader reader, int fieldVersion)
    {
        var options = reader.Ub();
        var cursor = reader.Int();
        reader.U8();
        var sqlLength = reader.Int();
        reader.U8();
        var i4Length = reader.Int();
        reader.Skip(2);
        reader.Ub();
        var prefetch = reader.Int();
        reader.Ub(); // longest LONG
        reader.U8();
        var binds = reader.Int();
        reader.Skip(6);
        var defines = reader.Int();
        reader.Ub(); // registration
        reader.Skip(2);
        reader.U8();
        reader.Ub();
        reader.U8();
        reader.Ub();
        reader.Ub();
        var wantsCounts = false;
        if (fieldVersion >= 7)
        {
            wantsCounts = reader.U8() != 0;
            reader.Ub();
            reader.U8();
        }
        if (fieldVersion >= 8)
        {
            reader.U8();
            reader.Ub();
            reader.U8();
            reader.Ub();
            reader.U8();
        }
        if (fieldVersion >= 9)
        {
            reader.U8();
            reader.Ub();
        }
        var sql = sqlLength > 0 ? reader.ClrString().TrimEnd('\0') : null;
        var i4 = new long[Math.Max(13, i4Length)];
        for (var i = 0; i < i4Length; i++) i4[i] = reader.Ub();
        var defineDescriptions = new BindDescription[defines];
        for (var i = 0; i < defines; i++) defineDescriptions[i] = BindDescription.Read(reader, fieldVersion);
        var bindDescriptions = new BindDescription[binds];
        for (var i = 0; i < binds; i++) bindDescriptions[i] = BindDescription.Read(reader, fieldVersion);
        return new ExecuteRequest
        {
            Options = options,
            Cursor = cursor,
            Sql = sql,
            Prefetch = prefetch,
            Iterations = (int)Math.Max(1, i4[7] != 0 ? 1 : i4[1]),
            WantsRowCounts = wantsCounts,
            Binds = bindDescriptions,
            Defines = defineDescriptions,
        };
    }
}
