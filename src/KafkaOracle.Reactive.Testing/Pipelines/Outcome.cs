using System.Globalization;

namespace KafkaOracle.Reactive.Testing;

/// <summary>What a run has left: the rows of each table, the rejects, and the ledger, as lines of text.</summary>
internal sealed class Outcome
{
    private readonly List<(string What, List<(string Text, ulong Digest)> Lines)> _parts = [];

    private Outcome() { }

    public static Outcome Of(IEnumerable<string> tables, MemoryStore store)
    {
        var outcome = new Outcome();
        foreach (var table in tables)
        {
            var rows = store.Rows.Where(r => r.Table == table).ToList();
            outcome._parts.Add(($"The rows of table {table} differ", [.. rows.Where(r => !r.IsSide).Select(Line)]));
            // How partitions interleave is chance: the order within each is not.
            outcome._parts.Add(($"The rows of table {table} that are side outputs or without event time differ",
                [.. rows.Where(r => r.IsSide).OrderBy(r => (r.Origin.Position!.Value.Topic, r.Origin.Position.Value.Partition)).Select(Line)]));
        }
        outcome._parts.Add(("The rejects differ",
            [.. store.Rejects.OrderBy(r => (r.Position.Topic, r.Position.Partition)).Select(r => (string.Create(CultureInfo.InvariantCulture, $"{r.Kind} {r.Position} {r.At:O} {r.Reason}"), 0UL))]));
        outcome._parts.Add(("The ledgers differ", [.. store.Ledger.Select(r => (string.Create(CultureInfo.InvariantCulture,
            $"{r.Partition} next {r.NextOffset}, by '{r.Query}' era {r.EraStart:O} with {r.EraRows} rows of sum {r.EraSum:x16}, watermark {r.Watermark:O}{(r.Idle ? ", idle" : "")}"), 0UL))]));
        return outcome;
    }

    /// <summary>The first part that differs, in words; null where none does.</summary>
    public string? DifferenceTo(Outcome actual)
    {
        foreach (var ((what, expected), (_, seen)) in _parts.Zip(actual._parts))
            if (!expected.SequenceEqual(seen))
                return $"{what}. {Differences.Of([.. expected.Select(l => l.Text)], [.. seen.Select(l => l.Text)], (e, a) => expected[e] == seen[a])}";
        return null;
    }

    private static (string, ulong) Line(MemoryRow row) => ($"{row.Text} from {row.Origin.Position?.ToString() ?? "a timer"} at {row.Origin.At.ToString("O", CultureInfo.InvariantCulture)}", row.Digest);
}
