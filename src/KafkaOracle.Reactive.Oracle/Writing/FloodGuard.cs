using System.Globalization;

namespace KafkaOracle.Reactive;

/// <summary>Tells bad rows from a fault that makes rows bad: too many in an epoch, or too large a share of the rows written lately, stop the run.</summary>
internal sealed class FloodGuard(OracleStoreOptions options)
{
    /// <summary>Fewer rows say nothing about a share; of more than ten times as many the older count half.</summary>
    private const long FewestRows = 1000;

    private double _rows, _refused;

    /// <summary>Looks at an epoch before it commits.</summary>
    /// <exception cref="OracleStoreException">There are too many.</exception>
    public void Check(long rows, IReadOnlyList<RejectRecord> rejected)
    {
        if (rejected.Count > options.MaxRefusedRows) throw Flood(rows, rejected, string.Create(CultureInfo.InvariantCulture, $"more than MaxRefusedRows allows in an epoch ({options.MaxRefusedRows})"));
        var (all, refused) = (_rows + rows, _refused + rejected.Count);
        if (rejected.Count > 0 && all >= FewestRows && refused > options.MaxRefusedShare * all)
            throw Flood(rows, rejected, string.Create(CultureInfo.InvariantCulture, $"which makes {refused / all:0.###} of the rows written lately, more than MaxRefusedShare allows ({options.MaxRefusedShare})"));
    }

    /// <summary>Counts a committed epoch.</summary>
    public void Add(long rows, int refused)
    {
        (_rows, _refused) = (_rows + rows, _refused + refused);
        if (_rows > 10 * FewestRows) (_rows, _refused) = (_rows / 2, _refused / 2);
    }

    private static OracleStoreException Flood(long rows, IReadOnlyList<RejectRecord> rejected, string why)
    {
        var kinds = rejected.GroupBy(r => (r.TableName, r.OraCode)).OrderByDescending(g => g.Count())
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key.TableName}: {g.Count()}, for instance {(g.First().Position is { } at ? $"{at}: " : "")}{g.First().Reason}"));
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{rejected.Count} of {rows} rows were refused, {why}. That looks like a fault of the table or of the query: mend it, or raise the limit. {string.Join(" ", kinds)}"),
            null, rejected[0].OraCode ?? 0);
    }
}
