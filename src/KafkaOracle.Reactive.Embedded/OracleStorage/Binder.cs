using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Hands bind values to SQLite; those that go straight into a column are made to fit it on the way.</summary>
internal static class Binder
{
    public static void Bind(SqliteStatement statement, BindRows binds, int row, DmlPlan? plan)
    {
        var n = Math.Min(statement.Parameters, binds.Columns);
        for (var i = 0; i < n; i++)
        {
            if (binds.IsNull(row, i))
            {
                statement.BindNull(i + 1);
                continue;
            }
            var value = binds.Value(row, i);
            var isText = binds.Types[i].IsText;
            if (plan?.Targets[i] is { } target) BindFitted(statement, i + 1, value, target);
            else if (isText) statement.BindText(i + 1, value);
            else statement.BindBlob(i + 1, value);
        }
    }

    private static void BindFitted(SqliteStatement statement, int parameter, ReadOnlySpan<byte> value, BindTarget target)
    {
        var type = target.Column.Type;
        switch (type.Kind)
        {
            case TypeKind.Number:
                statement.BindBlob(parameter, FitFunctions.Number(value, type.Precision, type.Scale) ?? value);
                break;
            case TypeKind.Text:
                FitFunctions.Text(value, type.InChars ? type.Chars : type.Size, type.InChars, pad: false, target.Label);
                statement.BindText(parameter, value);
                break;
            case TypeKind.Clob:
                statement.BindText(parameter, value);
                break;
            case TypeKind.Date:
                statement.BindBlob(parameter, value[..OracleInstant.DateSize]);
                break;
            case TypeKind.Timestamp:
                statement.BindBlob(parameter, value.Length == OracleInstant.DateSize ? value : FitFunctions.Timestamp(value, type.Scale));
                break;
            case TypeKind.Raw:
                if (value.Length > type.Size) FitFunctions.Raw(value.ToArray(), type.Size, target.Label);
                statement.BindBlob(parameter, value);
                break;
            default:
                statement.BindBlob(parameter, value);
                break;
        }
    }
}
