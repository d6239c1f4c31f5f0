namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC function 0x5e (parse, bind, define, execute) up to, and without, the rows of bind values.</summary>
internal sealed class ExecuteRequest
{
    /// <summary>How often a statement may be executed in a call.</summary>
    public const int MostIterations = 1 << 20;
    private const int ShortestVector = 13;

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

    /// <summary>Binds are sent as to PL/SQL: also those that only return something have a value, NULL, when the statement is parsed.</summary>
    public bool SendsOuts => (Options & 0x400) != 0;

    public bool BatchErrors => (Options & 0x80000) != 0;

    /// <summary>Only the columns of a query are wanted.</summary>
    public bool Describes => (Options & 0x20000) != 0;

    public static ExecuteRequest Read(TtcReader reader)
    {
        var fieldVersion = reader.Dialect.FieldVersion;
        var options = reader.Ub();
        var cursor = reader.Int();
        reader.U8();
        var sqlLength = reader.Int();
        reader.U8();
        var vectorLength = reader.Count();
        reader.Skip(2);
        reader.Ub();
        var prefetch = reader.Ub();
        reader.Ub(); // longest LONG
        reader.U8();
        var binds = reader.Count();
        reader.Skip(6);
        var defines = reader.Count();
        reader.Ub(); // registration
        reader.Skip(2);
        reader.U8();
        reader.Ub();
        reader.U8();
        reader.Ub();
        reader.Ub();
        var wantsCounts = reader.Flag();
        reader.Ub();
        reader.U8();
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
        var sql = sqlLength > 0 ? reader.Characters(sqlLength).TrimEnd('\0') : null;
        var vector = new long[Math.Max(ShortestVector, vectorLength)];
        for (var i = 0; i < vectorLength; i++) vector[i] = reader.Ub();
        var isQuery = vector[7] != 0;
        if (vector[1] > MostIterations && !isQuery) throw new InvalidDataException($"A statement cannot be executed {vector[1]} times in a call.");
        return new ExecuteRequest
        {
            Options = options,
            Cursor = cursor,
            Sql = sql,
            Prefetch = (int)Math.Clamp(prefetch, 0, int.MaxValue),
            Iterations = isQuery ? 1 : (int)Math.Max(1, vector[1]),
            WantsRowCounts = wantsCounts,
            Defines = Descriptions(reader, defines),
            Binds = Descriptions(reader, binds),
        };
    }

    private static BindDescription[] Descriptions(TtcReader reader, int count)
    {
        var descriptions = new BindDescription[count];
        for (var i = 0; i < count; i++) descriptions[i] = BindDescription.Read(reader);
        return descriptions;
    }
}
