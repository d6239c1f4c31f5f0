using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>An error of one row of an array DML statement.</summary>
internal readonly record struct RowError(int Row, int Code, string Message);

/// <summary>TTC message 4: the block that ends a call, with its error if there is one. Layout of field versions 7 to 13.</summary>
internal sealed record EndOfCall
{
    private const int LargestPackedArray = 252;

    public bool TransactionOpen { get; init; }
    public int Sequence { get; init; }
    public int Code { get; init; }
    public string Message { get; init; } = "";

    /// <summary>Offset into the statement, 0 based.</summary>
    public int Position { get; init; }
    public int Cursor { get; init; }
    public int CommandCode { get; init; }

    /// <summary>Rows affected by DML, or fetched so far.</summary>
    public long Rows { get; init; }
    public int Iterations { get; init; }
    public IReadOnlyList<RowError> RowErrors { get; init; } = [];

    public void Write(TtcWriter writer)
    {
        writer.U8(4).Ub(TransactionOpen ? 3 : 1).Ub(Sequence).Ub(Rows).Ub(Code > ushort.MaxValue ? 0 : Code);
        writer.Ub(0).Ub(0).Ub(Cursor).Sb(Position).U8(CommandCode).U8(0);
        writer.Ub(0).Ub(0).U8(0).U8(0); // flags, cursor options, UPI parameter, warning flags
        writer.Ub(0).Ub(0).U8(0).Ub(0).Ub(0); // rowid
        writer.Ub(0).U8(0).U8(0).Ub(0).Ub(Iterations).Ub(0); // .. successful iterations, logical rowid
        WriteRowErrors(writer);
        writer.Ub(Code).Ub(Rows);
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
