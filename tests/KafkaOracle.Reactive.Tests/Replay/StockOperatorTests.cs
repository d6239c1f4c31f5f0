using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>Runs every stock operator in eras and without, over random logs, and through crashes; docs/stock-operators.md is what comes out.</summary>
/// <remarks>KAFKAORACLE_WRITE_DOCS=1 writes the page anew.</remarks>
public sealed class StockOperatorTests
{
    private const int Logs = 16, Drills = 6;

    private static readonly int[] LeadIns = [0, 10, 20, 40, 60, 120];

    // An era that begins at the logs' origin and that none of them leaves.
    private static readonly TimeSpan Endless = TimeSpan.FromSeconds(1_000_000);

    [Fact]
    public void The_page_on_stock_operators_says_what_they_do()
    {
        var measured = StockOperators.All.AsParallel().AsOrdered().Select(stock => (Stock: stock, Differ: Differing(stock))).ToArray();

        measured.Where(m => !Holds(m.Stock.Claim, m.Differ)).Select(m => $"{m.Stock.Text} is said to need {m.Stock.Claim}; with lead-ins of {string.Join(", ", LeadIns)} differ {string.Join(", ", m.Differ)} of {Logs}")
            .Should().BeEmpty();
        var page = Page(measured);
        var path = Path.Combine(Repository.Root, "docs", "stock-operators.md");
        if (Environment.GetEnvironmentVariable("KAFKAORACLE_WRITE_DOCS") == "1") File.WriteAllText(path, page);
        File.ReadAllText(path).Should().Be(page, "docs/stock-operators.md is generated; KAFKAORACLE_WRITE_DOCS=1 writes it anew");
    }

    [Fact]
    public void Every_stock_operator_survives_crashes()
    {
        var failures = StockOperators.All.SelectMany((stock, i) => Enumerable.Range(0, Drills).Select(n => (stock, seed: 1 + (i * Drills) + n))).AsParallel()
            .Select(x =>
            {
                var log = RandomLog.Of(x.seed);
                var simulation = new Simulation(x.seed, log, StockOperators.QueryOf(x.stock, log), x.stock.Text);
                return simulation.Difference() is { } difference ? $"{simulation}: {difference}" : null;
            }).OfType<string>().ToArray();

        failures.Should().BeEmpty();
    }

    private static long MedianLength => Enumerable.Range(1, Logs).Select(RandomLog.Of)
        .Select(log => log.Messages.SelectMany(p => p).Select(m => m.Timestamp) is var times && times.Any() ? (times.Max() - times.Min()) / (long)log.Unit.TotalMilliseconds : 0)
        .Order().ElementAt(Logs / 2);

    private static bool Holds(LeadIn claim, int[] differ) => claim.Kind switch
    {
        LeadInKind.None => differ.All(n => n == 0),
        LeadInKind.Span => differ[0] > 0 && differ.Zip(LeadIns).All(x => x.Second < claim.Units || x.First == 0),
        LeadInKind.Data => differ[0] > 0 && differ[^1] < differ[0],
        _ => differ[^1] > 0,
    };

    private static int[] Differing(StockOperator stock)
    {
        var differ = new int[LeadIns.Length];
        for (var seed = 1; seed <= Logs; seed++)
        {
            var log = RandomLog.Of(seed);
            var query = StockOperators.QueryOf(stock, log);
            var endless = RowsOf(query, log, Endless, TimeSpan.Zero, out _);
            for (var i = 0; i < LeadIns.Length; i++)
            {
                var rows = RowsOf(query, log, StockOperators.Era * log.Unit, LeadIns[i] * log.Unit, out var begin);
                // The first era begins just before the first record, the endless run long before it. An era's timers at its start are the former one's.
                if (!rows.SequenceEqual(endless.Where(row => row.Origin.At.Ticks > begin || (row.Origin.At.Ticks == begin && row.Origin.Position is not null)))) differ[i]++;
            }
        }
        return differ;
    }

    private static List<MemoryRow> RowsOf(Action<Lane> query, RandomLog log, TimeSpan era, TimeSpan leadIn, out long begin)
    {
        var options = new PipelineOptions { Era = era, LeadIn = leadIn, EpochRows = 10_000_000 }.Validated("stock");
        var (store, first) = (new MemoryStore(), long.MaxValue);
        using var engine = new LaneEngine("stock", Query, QueryPlan.Of("stock", query), options, [.. log.Partitions.Select(p => (p, 0L, (LedgerRow?)null))], epoch => store.TryCommit(epoch));
        for (var p = 0; p < log.Partitions.Length; p++)
        {
            using var slab = new Slab(16, 1024);
            foreach (var message in log.Messages[p])
            {
                slab.WriteValue(message.Value);
                slab.Add(p, message.Offset, message.Timestamp);
            }
            engine.Process(slab);
        }
        for (var p = 0; p < log.Partitions.Length; p++) engine.GoIdle(p);
        engine.Cut();
        begin = first;
        return [.. store.Rows.Select(row => row with { Origin = row.Origin with { EraStart = null } })];      // which eras there are differs by design

        void Query(Lane lane)
        {
            if (lane.Clock.Clock > 0) first = Math.Min(first, lane.Clock.Clock + leadIn.Ticks);     // the instance for side outputs has no time
            query(lane);
        }
    }

    private static string Page((StockOperator Stock, int[] Differ)[] measured)
    {
        var page = new StringBuilder();
        page.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # Stock Rx operators on a lane

            Any deterministic query is exactly-once, whatever operators it is made of. What differs is how far an operator remembers across the
            start of an era, where the query begins anew and has seen only the lead-in. This page says which lead-in makes the rows those of one
            endless run.

            It is generated by the tests (`StockOperatorTests`): each operator runs over {Logs} random logs (disorder, late records, duplicates,
            silences, equal times) in eras of {StockOperators.Era} units of time, and once without eras. The numbers say in how many of the {Logs} logs the
            rows differ, by the lead-in in units. A log lasts {MedianLength} units, half of them longer: a lead-in of {LeadIns[^1]} holds most of it, which is why even
            operators that never forget often agree there. Spans are in units too. Each operator also runs through {Drills} random histories of crashes,
            and leaves the rows of the undisturbed run.

            - **none**: no lead-in is needed.
            - **a span**: a lead-in that long is enough.
            - **the data decide**: a lead-in is enough if it holds what is named; with less, some rows at the start of an era differ.
            - **never**: counts or remembers without end, so an era's rows are those of a run that began with its lead-in. They are still the same at
              every restart. Put such an operator inside a window, or use one of the toolkit's own that forget: [operators.md](operators.md).

            | operator | lead-in that suffices | {string.Join(" | ", LeadIns)} |
            |---|---|{string.Concat(LeadIns.Select(_ => "--:|"))}

            """).ReplaceLineEndings("\n"));
        foreach (var (stock, differ) in measured)
        {
            var claim = stock.Claim.Kind switch
            {
                LeadInKind.None => "none",
                LeadInKind.Span => $"{stock.Claim.Why} ({stock.Claim.Units})",
                LeadInKind.Data => $"the data decide: {stock.Claim.Why}",
                _ => $"never: {stock.Claim.Why}",
            };
            page.Append(CultureInfo.InvariantCulture, $"| {stock.Text} | {claim} | {string.Join(" | ", differ)} |\n");
        }
        return page.ToString();
    }
}
