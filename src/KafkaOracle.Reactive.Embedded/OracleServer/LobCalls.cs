using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>TTC function 0x60: reading and writing LOBs through their locators.</summary>
internal sealed class LobCalls(ServerSession session)
{
    private const int NationalForm = 2000;

    public void Call(LobRequest request)
    {
        switch (request.Operation)
        {
            case LobOperation.ReadArray: ReadArray(request); break;
            case LobOperation.FreeArray:
                FreeAll(request.Source);
                session.Writer.U8(ReturnParameters.Id).Raw(request.Source);
                session.End(new EndOfCall());
                break;
            case LobOperation.CreateTemporary: Create(request); break;
            default: Operate(request); break;
        }
    }

    /// <summary>Temporary LOBs are freed on the way of another call.</summary>
    public void Piggyback(LobRequest request)
    {
        if (request.Operation != LobOperation.FreeArray) throw new InvalidDataException($"the LOB operation {(int)request.Operation:x} cannot be a piggyback");
        FreeAll(request.Source);
    }

    /// <summary>The kind of LOB stands where other operations have the target's offset. Real servers send a filler byte behind the character set.</summary>
    private void Create(LobRequest request)
    {
        var isText = request.TargetOffset == WireType.Clob;
        var locator = session.Lobs.CreateTemporary(isText, request.Charset == NationalForm, request.Source.Length);
        session.Writer.U8(ReturnParameters.Id).Raw(locator);
        if (request.WantsCharset) session.Writer.Ub(request.Charset == NationalForm ? NationalForm : Capabilities.Charset);
        if (request.HasAmount) session.Writer.Ub(request.Amount);
        if (request.WantsFlag) session.Writer.U8(0);
        session.End(new EndOfCall());
    }

    private void Operate(LobRequest request)
    {
        var lob = session.Lobs.Find(request.Source);
        var amount = request.Amount;
        switch (request.Operation)
        {
            case LobOperation.Length: amount = lob.Length; break;
            case LobOperation.ChunkSize: amount = SessionLobs.ChunkSize; break;
            case LobOperation.Read:
                var read = lob.Read(request.SourceOffset, request.Amount);
                if (read.Length > 0) LobData.Write(session.Writer, read);
                amount = read.Length / (lob.IsText ? 2 : 1);
                break;
            case LobOperation.Write:
                CheckLocked(lob);
                amount = session.Lobs.Write(request.Source, request.SourceOffset, request.Data);
                Store(lob);
                break;
            case LobOperation.Trim:
                CheckLocked(lob);
                session.Lobs.Trim(request.Source, request.Amount);
                Store(lob);
                break;
            case LobOperation.FreeTemporary: session.Lobs.Free(request.Source); break;
            case LobOperation.Open: lob.IsOpen = true; break;
            case LobOperation.Close: lob.IsOpen = false; break;
            case LobOperation.IsOpen: break;
            default: throw OracleError.Unsupported($"the LOB operation {(int)request.Operation:x}");
        }
        session.Writer.U8(ReturnParameters.Id).Raw(request.Source).Raw(request.Target);
        if (request.WantsCharset) session.Writer.Ub(Capabilities.Charset);
        if (request.HasAmount) session.Writer.Ub(amount);
        if (request.WantsFlag) session.Writer.U8(lob.IsOpen ? 1 : 0);
        session.End(new EndOfCall());
    }

    /// <summary>What prefetching left of several LOBs, in one call. The sizes are not returned.</summary>
    private void ReadArray(LobRequest request)
    {
        var count = request.Locators.Length / LobLocator.Size;
        if (request.Amounts.Length < count || request.Offsets.Length < count) throw new InvalidDataException("a read of LOBs has too few offsets or amounts");
        for (var i = 0; i < count; i++)
        {
            var lob = session.Lobs.Find(request.Locators.AsSpan(i * LobLocator.Size));
            LobData.Write(session.Writer, lob.Read(request.Offsets[i], request.Amounts[i]));
        }
        session.Writer.U8(ReturnParameters.Id).Raw(request.Source).Raw(request.Locators);
        session.End(new EndOfCall());
    }

    private void CheckLocked(LobValue lob)
    {
        if (lob.IsStored && (lob.Origin == null || !session.Database.InTransaction)) throw new OracleError(22920, "row containing the LOB value is not locked");
    }

    /// <summary>What was written through the locator of a locked row's column goes into the row.</summary>
    private void Store(LobValue lob)
    {
        if (lob.Origin is not { } origin) return;
        var update = session.Database.Parse($"UPDATE {Literals.Name(origin.Table)} SET {Literals.Name(origin.Column)} = :1 WHERE ROWID = :2");
        var binds = new BindRows([lob.IsText ? OracleType.Clob : OracleType.Blob, OracleType.Text]);
        binds.AddRow();
        binds.Set(0, SessionLobs.Stored(lob));
        binds.Set(1, Encoding.ASCII.GetBytes(RowId.Of(origin.Table, origin.Row).ToString()));
        var run = session.Database.Dml(update, binds);
        try
        {
            run.Apply(0);
        }
        catch (Exception)
        {
            run.Cancel();
            throw;
        }
        run.Complete();
    }

    private void FreeAll(ReadOnlySpan<byte> locators)
    {
        for (; locators.Length >= LobLocator.Size; locators = locators[LobLocator.Size..]) session.Lobs.Free(locators);
    }
}
