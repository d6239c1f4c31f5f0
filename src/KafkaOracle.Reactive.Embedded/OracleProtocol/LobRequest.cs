namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>Operations of TTC function 0x60.</summary>
internal enum LobOperation
{
    Length = 0x01,
    Read = 0x02,
    Trim = 0x20,
    Write = 0x40,
    CreateTemporary = 0x110,
    FreeTemporary = 0x111,
    ChunkSize = 0x4000,
    Open = 0x8000,
    Close = 0x10000,
    IsOpen = 0x11000,

    /// <summary>A bit: the operation is for an array of locators.</summary>
    Array = 0x80000,
    ReadArray = Array | Read,
    FreeArray = Array | FreeTemporary,
}

/// <summary>TTC function 0x60: an operation on a LOB. Offsets count from 1; characters of a CLOB, bytes of a BLOB.</summary>
internal sealed class LobRequest
{
    private const int MostLocatorBytes = 1 << 20;

    public required LobOperation Operation { get; init; }
    public required byte[] Source { get; init; }
    public required byte[] Target { get; init; }
    public required long SourceOffset { get; init; }
    public required long TargetOffset { get; init; }
    public required bool WantsCharset { get; init; }
    public required bool WantsFlag { get; init; }
    public required bool HasAmount { get; init; }
    public required long Charset { get; init; }
    public required long Amount { get; init; }
    public required byte[] Data { get; init; }

    /// <summary>Of a read of several LOBs: the locators, one after another, and for each how much from where.</summary>
    public byte[] Locators { get; private init; } = [];
    public long[] Amounts { get; private init; } = [];
    public long[] Offsets { get; private init; } = [];

    public static LobRequest Read(TtcReader reader)
    {
        var hasSource = reader.Flag();
        var sourceSize = reader.Int();
        var hasTarget = reader.Flag();
        var targetSize = reader.Int();
        reader.Ub();
        reader.Ub();
        var wantsCharset = reader.Flag();
        reader.U8();
        var wantsFlag = reader.Flag();
        var operation = (LobOperation)reader.Int();
        reader.U8();
        var scns = reader.Count();
        long sourceOffset = reader.Ub(), targetOffset = reader.Ub();
        var hasAmount = reader.Flag();
        reader.U8();
        var locatorBytes = reader.Int();
        reader.U8();
        var amounts = reader.Count();
        reader.U8();
        var offsets = reader.Count();
        if (sourceSize > MostLocatorBytes || targetSize > MostLocatorBytes || locatorBytes > MostLocatorBytes)
            throw new InvalidDataException("A locator is too long.");
        var source = hasSource ? reader.Raw(sourceSize) : [];
        var isArray = (operation & LobOperation.Array) != 0;
        var target = !isArray && hasTarget ? reader.Raw(targetSize) : [];
        long charset = 0, amount = 0;
        byte[] data = [];
        if (!isArray)
        {
            if (wantsCharset) charset = reader.Ub();
            for (var i = 0; i < scns; i++) reader.Ub();
            if (operation == LobOperation.Write)
            {
                // Some clients send the amount before the data, others after it.
                var amountFirst = hasAmount && reader.Peek() != LobData.Id;
                if (amountFirst) amount = reader.Ub();
                data = LobData.Read(reader);
                if (hasAmount && !amountFirst) amount = reader.Ub();
            }
            else if (hasAmount)
            {
                amount = reader.Ub();
            }
        }
        var isRead = operation == LobOperation.ReadArray;
        return new LobRequest
        {
            Operation = operation,
            Source = source,
            Target = target,
            SourceOffset = sourceOffset,
            TargetOffset = targetOffset,
            WantsCharset = wantsCharset,
            WantsFlag = wantsFlag,
            HasAmount = hasAmount,
            Charset = charset,
            Amount = amount,
            Data = data,
            Locators = isRead ? reader.Raw(locatorBytes) : [],
            Amounts = isRead ? Numbers(reader, amounts) : [],
            Offsets = isRead ? Numbers(reader, offsets) : [],
        };
    }

    private static long[] Numbers(TtcReader reader, int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count; i++) numbers[i] = reader.Ub();
        return numbers;
    }
}

/// <summary>TTC message 14: a piece of a LOB.</summary>
internal static class LobData
{
    public const byte Id = 14;

    public static byte[] Read(TtcReader reader)
    {
        if (reader.U8() != Id) throw new InvalidDataException("LOB data is expected.");
        return reader.Clr(out var data) ? data.ToArray() : [];
    }

    /// <summary>Always in chunks, as servers do.</summary>
    public static void Write(TtcWriter writer, ReadOnlySpan<byte> data) => writer.U8(Id).Chunks(data);
}
