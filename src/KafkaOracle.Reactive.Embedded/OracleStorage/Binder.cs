using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// Hands bind values to SQLite, where they are: the rows must outlive the execution. Values that go straight into a column are made to
/// fit it on the way.
/// </summary>
internal static class Binder
{
    private const int LongestVarchar = 4000;

    /// <summary>Binds every parameter; one without a value is NULL.</summary>
    public static void Bind(SqliteStatement statement, BindRows binds, int row, DmlPlan? plan)
    {
        for (var i = 0; i < statement.Parameters; i++)
        {
            if (row >= binds.Rows || i >= binds.Columns || binds.IsNull(row, i))
            {
                statement.BindNull(i + 1);
                continue;
            }
            var value = binds.Value(row, i);
            var isText = binds.Types[i].IsText;
            // A text too long for a VARCHAR2 is a LONG, which goes straight into a column or nowhere.
            if (isText && value.Length > LongestVarchar && binds.Types[i].Kind != TypeKind.Clob && plan != null && plan.Targets[i] == null && !plan.LongBinds[i])
                throw new OracleError(1461, "can bind a LONG value only for insert into a LONG column");
            if (plan?.Targets[i] is { } target) BindFitted(statement, i + 1, value, target);
            else if (isText) statement.BindPinnedText(i + 1, value);
            else statement.BindPinnedBlob(i + 1, value);
        }
    }

    private static void BindFitted(SqliteStatement statement, int parameter, ReadOnlySpan<byte> value, BindTarget target)
    {
        var type = target.Column.Type;
        switch (type.Kind)
        {
            case TypeKind.Number:
                if (FitFunctions.Number(value, type.Precision, type.Scale) is { } rounded) statement.BindBlob(parameter, rounded);
                else statement.BindPinnedBlob(parameter, value);
                break;
            case TypeKind.Text:
                FitFunctions.Text(value, type.InChars ? type.Chars : type.Size, type.InChars, pad: false, target.Label);
                statement.BindPinnedText(parameter, value);
                break;
            case TypeKind.Clob:
                statement.BindPinnedText(parameter, value);
                break;
            case TypeKind.Date:
                statement.BindPinnedBlob(parameter, value[..OracleInstant.DateSize]);
                break;
            case TypeKind.Timestamp:
                if (FitFunctions.IsRound(value, type.Scale)) statement.BindPinnedBlob(parameter, value);
                else statement.BindBlob(parameter, FitFunctions.Timestamp(value, type.Scale));
                break;
            case TypeKind.Raw:
                if (value.Length > type.Size) FitFunctions.Raw(value.ToArray(), type.Size, target.Label);
                statement.BindPinnedBlob(parameter, value);
                break;
            default:
                statement.BindPinnedBlob(parameter, value);
                break;
        }
    }
}
