namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>A line of the list of data types: the type, the one it is converted to, and how that one is represented.</summary>
internal readonly record struct DataTypeEntry(int Type, int Conversion, int Representation, int Reserved);

/// <summary>TTC message 2: the client's capabilities and how it wants to see each data type. The answer repeats the list.</summary>
internal sealed record DataTypesMessage(int Flags, byte[] Compile, byte[] Runtime, bool IsWide, IReadOnlyList<DataTypeEntry> Types)
{
    public const byte Id = 2;

    // Data type 27, an 8-bit integer; representation 1 means compressed.
    private const int SignedByte = 27;
    private const int Universal = 1;

    // The error block as it is from field version 14 on.
    private const int ErrorBlock = 652;
    private const int ErrorBlockSince = 14;
    private const int MostTypes = 2000;
    private const int TextHasLength = 0x02;

    private bool HasTimeZone => Runtime.Length > 1 && (Runtime[1] & 1) != 0;

    /// <summary>The version of the client's time zone file. The answer says that the server has the same; nothing is sent without one.</summary>
    public byte[] TimeZoneFile { get; init; } = [];

    public int FieldVersion => Has(Capabilities.FieldVersionAt);

    public static DataTypesMessage Read(TtcReader reader)
    {
        reader.Skip(4); // character sets
        int flags = reader.U8();
        var compile = reader.Raw(reader.U8());
        var message = new DataTypesMessage(flags, compile, reader.Raw(reader.U8()), compile.Length > Capabilities.WideTypesAt && compile[Capabilities.WideTypesAt] != 0, []);
        if (message.HasTimeZone)
        {
            reader.Skip(Capabilities.TimeZone.Length);
            // A version of the time zone file begins with two zeros, what else can follow does not.
            if (reader.Peek() == 0 && reader.PeekAt(1) == 0) message = message with { TimeZoneFile = reader.Raw(4) };
        }
        // Some clients put the national character set before the list, whose first entry is type 1.
        if (!(reader.Peek() == (message.IsWide ? 0 : 1) && (!message.IsWide || reader.PeekAt(1) == 1))) reader.Skip(2);
        var types = new List<DataTypeEntry>();
        for (var type = Next(); type != 0; type = Next())
        {
            if (types.Count == MostTypes) throw new InvalidDataException("The list of data types is too long.");
            var conversion = Next();
            types.Add(conversion == 0 ? new DataTypeEntry(type, 0, 0, 0) : new DataTypeEntry(type, conversion, Next(), Next()));
        }
        return message with { Types = types };

        int Next() => message.IsWide ? reader.U16Be() : reader.U8();
    }

    /// <summary>Takes the agreement of both sides into the dialect.</summary>
    public void ApplyTo(Dialect dialect)
    {
        if (FieldVersion < Dialect.LowestFieldVersion) throw new InvalidDataException($"Field version {FieldVersion} is too old.");
        dialect.FieldVersion = Math.Min(Capabilities.FieldVersion, FieldVersion);
        dialect.BigChunks = (Has(Capabilities.ChunksAt) & Capabilities.BigChunks) != 0;
        dialect.EndOfResponse = (Has(Capabilities.EndOfResponseAt) & Capabilities.EndOfResponse) != 0;
        dialect.TextHasLength = (Flags & TextHasLength) != 0;
        dialect.LongErrorBlocks = dialect.FieldVersion >= ErrorBlockSince && Types.Any(t => t.Type == ErrorBlock);
        dialect.CompressedBytes = Types.Any(t => t is { Type: SignedByte, Representation: Universal });
    }

    public void Write(TtcWriter writer)
    {
        writer.U8(Id);
        if (HasTimeZone) writer.Raw(Capabilities.TimeZone).Raw(TimeZoneFile);
        foreach (var entry in Types)
        {
            Put(entry.Type);
            Put(entry.Conversion);
            if (entry.Conversion == 0) continue;
            Put(entry.Representation);
            Put(entry.Reserved);
        }
        Put(0);

        void Put(int value)
        {
            if (IsWide) writer.U16Be(value);
            else writer.U8(value);
        }
    }

    private int Has(int capability) => capability < Compile.Length ? Compile[capability] : 0;
}
