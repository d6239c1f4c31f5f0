using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

internal sealed partial class ServerSession
{
    /// <summary>The whole request is read before anything is applied: the client may still be sending.</summary>
    private BindRows ReadBinds(Cursor? cursor, BindDescription[] descriptions, int count, bool parsed)
    {
        var names = cursor?.Statement.Binds ?? [];
        var isBlock = cursor?.Statement is BlockStatement;
        var outOnly = parsed ? null : cursor?.OutOnly;
        var rows = new BindRows([.. descriptions.Select(TypeOf)]);
        OracleError? failed = null;
        for (var k = 0; k < count; k++)
        {
            if (_reader.U8() != RowData) throw new InvalidDataException("A row of bind values is expected.");
            rows.AddRow();
            for (var last = 0; last < 2; last++)
            {
                for (var i = 0; i < descriptions.Length; i++)
                {
                    var description = descriptions[i];
                    if (description.IsRepeated || (outOnly != null && outOnly[i]) || (!isBlock && description.IsSentLast) != (last == 1)) continue;
                    try
                    {
                        ReadBind(description, rows, i);
                    }
                    catch (OracleError e)
                    {
                        failed ??= e;
                    }
                }
            }
            for (var i = 0; i < descriptions.Length && i < names.Count; i++)
                if (descriptions[i].IsRepeated) rows.Repeat(i, IndexOf(names, names[i]));
        }
        return failed == null ? rows : throw failed;
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++) if (names[i] == name) return i;
        return 0;
    }

    private void ReadBind(BindDescription description, BindRows rows, int column)
    {
        var n = description.IsArray ? _reader.Int() : 1;
        for (var i = 0; i < n; i++)
        {
            if (WireType.IsLob(description.Type))
            {
                if (_reader.Dlc() is { } locator) rows.Set(column, _lobs.Stored(locator));
                continue;
            }
            if (description.Type == WireType.RefCursor)
            {
                _reader.U8();
                if (_reader.U8() != 0) _reader.Ub();
                continue;
            }
            if (!_reader.Clr(out var value)) continue;
            switch (description.Type)
            {
                case WireType.Varchar or WireType.Char or WireType.Long when description.CharsetForm == 2:
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

    private static OracleType TypeOf(BindDescription description) => description.Type switch
    {
        WireType.Number or WireType.Integer => OracleType.Number,
        WireType.Date => OracleType.Date,
        WireType.Timestamp => OracleType.Timestamp with { Scale = 9 },
        WireType.TimestampTz => OracleType.TimestampTz with { Scale = 9 },
        WireType.TimestampLtz => OracleType.TimestampLtz with { Scale = 9 },
        WireType.Raw or WireType.LongRaw => OracleType.Raw with { Size = 32767 },
        WireType.BinaryDouble => OracleType.BinaryDouble,
        WireType.BinaryFloat => OracleType.BinaryFloat,
        WireType.Clob => OracleType.Clob,
        WireType.Blob => OracleType.Blob,
        WireType.IntervalDs => OracleType.Interval with { Precision = 9, Scale = 9 },
        WireType.IntervalYm => OracleType.IntervalYm with { Precision = 9 },
        // A CHAR bind is blank-padded when compared, like a CHAR column.
        WireType.Char => new OracleType(TypeKind.Char, Size: 32767, Chars: 32767),
        _ => new OracleType(TypeKind.Text, Size: 32767, Chars: 32767),
    };
}
