using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>An error of one row of an array DML statement.</summary>
internal readonly record struct RowError(int Row, int Code, string Message);

/// <summary>Bits of the call status in messages 4 and 9.</summary>
[Flags]
internal enum CallStatus
{
    Idle = 0x01,

    /// <summary>A transaction is open; pools roll it back before they hand the connection on.</summary>
    InTransaction = 0x02,
    Committed = 0x04,

    /// <summary>The transaction's state may have changed: set by DDL, commit and rollback.</summary>
    Ended = 0x10000,
}

/// <summary>TTC message 4: the block that ends a call, with its error if there is one.</summary>
internal sealed record EndOfCall
{
    public const byte Id = 4;
    private const int LargestPackedArray = 252;

    public CallStatus Status { get; init; } = CallStatus.Idle;
    public int Sequence { get; init; }
    public int CallNumber { get; init; }
    public int Code { get; init; }
    public string Message { get; init; } = "";

    /// <summary>Offset into the statement, 0 based: of the error, or of the name that was looked up last.</summary>
    public int Position { get; init; }
    public int Cursor { get; init; }

    /// <summary>The command's number as in V$SQL.</summary>
    public int CommandCode { get; init; }

    /// <summary>Rows affected by DML, or fetched so far.</summary>
    public long Rows { get; init; }
    public int Iterations { get; init; }

    /// <summary>The row that was touched last.</summary>
    public RowId LastRow { get; init; }
    public IReadOnlyList<RowError> RowErrors { get; init; } = [];

    public void Write(TtcWriter writer)
    {
        writer.U8(Id).Ub((int)Status).Ub(Sequence).Ub(Rows).Ub(Code > ushort.MaxValue ? 0 : Code);
        writer.Ub(0).Ub(0).Ub(Cursor).Sb(Position).U8(CommandCode);
        writer.Sb1(0).Sb1(0).Sb1(0).U8(0).U8(0); // fatal, flags, cursor options, UPI parameter, warning flags
        LastRow.Write(writer);
        writer.Ub(0).U8(0).U8(CallNumber & 0xff).Ub(0).Ub(Iterations); // OS error, statement, call, padding, iterations
        if (LastRow.IsNone) writer.Ub(0);
        else writer.Dlc(LastRow.ToBytes());
        WriteRowErrors(writer);
        writer.Ub(Code).Ub(Rows);
        if (writer.Dialect.LongErrorBlocks) writer.Ub(CommandCode).Ub(0); // .. checksum
        if (Code != 0) writer.Clr(WithLineFeed(Message));
    }

    private void WriteRowErrors(TtcWriter writer)
    {
        if (RowErrors.Count == 0)
        {
            writer.Ub(0).Ub(0).Ub(0);
            return;
        }
        WritePacked(writer, e => e.Code);
        WritePacked(writer, e => e.Row);
        writer.Ub(RowErrors.Count).U8(0xfe);
        foreach (var error in RowErrors)
        {
            var text = Encoding.UTF8.GetBytes(WithLineFeed(error.Message));
            writer.Ub(text.Length).Clr(text).U8(0).U8(0);
        }
    }

    private void WritePacked(TtcWriter writer, Func<RowError, int> number)
    {
        writer.Ub(RowErrors.Count);
        var size = 0;
        foreach (var error in RowErrors) size += TtcWriter.Size(number(error));
        if (size <= LargestPackedArray)
        {
            writer.U8(size);
            foreach (var error in RowErrors) writer.Ub(number(error));
            return;
        }
        writer.U8(0xfe);
        foreach (var error in RowErrors) writer.Ub(TtcWriter.Size(number(error))).Ub(number(error));
        writer.U8(0);
    }

    private static string WithLineFeed(string message) => message.EndsWith('\n') ? message : message + "\n";
}
