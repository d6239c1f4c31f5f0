using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Reads rows of bind values into the form in which they are stored.</summary>
internal sealed class BindReader(TtcReader reader, SessionLobs lobs)
{
    /// <summary>The whole request is read before anything is applied: the client may still be sending.</summary>
    /// <param name="cursor">The statement; null when it could not be parsed.</param>
    /// <param name="descriptions">The binds.</param>
    /// <param name="count">Rows that follow.</param>
    /// <param name="outs">Binds that have no values, because they only return something; null when all have.</param>
    public BindRows Read(Cursor? cursor, BindDescription[] descriptions, int count, bool[]? outs)
    {
        var sources = RepeatedFrom(descriptions, cursor?.Statement.Binds ?? []);
        var isBlock = cursor?.Statement is BlockStatement;
        var rows = new BindRows([.. descriptions.Select(d => isBlock ? ColumnTypes.OfBlockBind(d) : ColumnTypes.OfBind(d))]);
        OracleError? failure = null;
        for (var k = 0; k < count; k++)
        {
            // Some clients send no rows at all for later executions whose binds are all OUT.
            if (outs != null && outs.All(o => o) && (reader.AtPacketEnd || reader.Peek() != RowHeader.Row)) break;
            if (reader.U8() != RowHeader.Row) throw new InvalidDataException("a row of bind values is expected");
            rows.AddRow();
            for (var last = 0; last < 2; last++)
            {
                for (var i = 0; i < descriptions.Length; i++)
                {
                    var description = descriptions[i];
                    if (description.IsRepeated || (outs != null && i < outs.Length && outs[i]) || (!isBlock && description.IsSentLast) != (last == 1)) continue;
                    try
                    {
                        ReadBind(description, rows, i);
                    }
                    catch (OracleError e)
                    {
                        failure ??= e;
                    }
                }
            }
            for (var i = 0; i < sources.Length; i++) if (sources[i] >= 0) rows.Repeat(i, sources[i]);
        }
        return failure == null ? rows : throw failure;
    }

    /// <summary>For a bind whose name occurred earlier, where that was; else -1.</summary>
    private static int[] RepeatedFrom(BindDescription[] descriptions, IReadOnlyList<string> names)
    {
        var sources = new int[Math.Min(descriptions.Length, names.Count)];
        var first = new Dictionary<string, int>();
        for (var i = 0; i < sources.Length; i++)
        {
            var isFirst = first.TryAdd(names[i], i);
            sources[i] = descriptions[i].IsRepeated && !isFirst ? first[names[i]] : -1;
        }
        return sources;
    }

    private void ReadBind(BindDescription description, BindRows rows, int column)
    {
        var n = description.IsArray ? reader.Count() : 1;
        for (var i = 0; i < n; i++)
        {
            if (WireType.IsLob(description.Type))
            {
                if (reader.Dlc() is { } locator) rows.Set(column, lobs.Stored(locator));
                continue;
            }
            if (description.Type == WireType.RefCursor)
            {
                // Nothing, or a length and the number of a cursor that is open already.
                if (reader.U8() != 0 && reader.U8() != 0) reader.Ub();
                continue;
            }
            if (!reader.Clr(out var value)) continue;
            switch (description.Type)
            {
                case WireType.Varchar or WireType.Char or WireType.Long when description.IsNational:
                    rows.Set(column, Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(value)));
                    break;
                case WireType.Timestamp or WireType.TimestampLtz:
                    rows.Set(column, OracleInstant.Trim(value));
                    break;
                default:
                    rows.Set(column, value);
                    break;
            }
        }
    }
}
