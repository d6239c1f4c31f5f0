using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Compares what a lane leaves when it is disturbed with what it leaves when it is not. Lanes know nothing of each other.</summary>
/// <param name="query">The query.</param>
/// <param name="number">The number of the lane's partitions; null where it has all.</param>
/// <param name="partitions">How many partitions each topic begins with.</param>
/// <param name="all">The steps of the test, of all lanes.</param>
/// <param name="options">What to do beyond.</param>
internal sealed class Drill(RecordedQuery query, int? number, int partitions, IReadOnlyList<Step> all, DrillOptions options)
{
    private readonly IReadOnlyList<Step> _steps = number is null ? all : [.. all.Where(s => s.PartitionNumber is not { } partition || partition == number)];

    /// <summary>One way to disturb a run: what happens after a step, and whether the process dies at a commit.</summary>
    private sealed record Disturbance(string Name, Action<DrillRun, int> After, Func<DrillRun, bool>? DiesAtCommit = null, long CutAfter = 0);

    public void Run()
    {
        var (calm, notes, failure) = Play(new("nothing disturbs it", (run, _) => run.Read()));
        if (failure is not null) throw new DrillException($"{Who} fails even when nothing disturbs it: {failure.Message}\n{TimeLine.Of(_steps, notes)}", failure);
        string[] tables = [.. _steps.OfType<Deployed>().Select(d => d.Query).Prepend(query).SelectMany(q => q.Plan.Tables).Select(t => t.Name).Distinct()];
        var expected = Outcome.Of(tables, calm);
        foreach (var disturbance in Disturbances(calm.Rows.Count + calm.Rejects.Count))
        {
            (var store, notes, failure) = Play(disturbance);
            if (failure is not null) throw Fails(disturbance, notes, failure.Message, failure);
            if (expected.DifferenceTo(Outcome.Of(tables, store)) is { } difference) throw Fails(disturbance, notes, difference, null);
        }
    }

    private string Who => number is null ? $"Pipeline '{query.Name}'" : $"The lane of partition {number} of pipeline '{query.Name}'";

    private IEnumerable<Disturbance> Disturbances(int rows)
    {
        if (!options.OnlyRandom)
        {
            for (var i = 0; i < _steps.Count; i++)
            {
                var at = i;
                yield return new($"the process dies after step {at + 1}, which is not committed; those before are", (run, step) => Then(run, step, at, commits: step != at, run.Crash));
                yield return new($"the process dies after step {at + 1}, when it is committed, as each one before", (run, step) => Then(run, step, at, commits: true, run.Crash));
                yield return new($"the process dies after step {at + 1}, when all before are committed together", (run, step) => Then(run, step, at, commits: step == at, run.Crash));
                yield return new($"another process takes over after step {at + 1}, and the former one commits first", (run, step) =>
                {
                    if (step == at + 1) run.LetZombieCommit(0);
                    Then(run, step, at, commits: step > at, run.TakeOver);
                });
                yield return new($"another process takes over after step {at + 1}, and commits first", (run, step) =>
                {
                    Then(run, step, at, commits: step != at, run.TakeOver);
                    if (step == at + 1) run.LetZombieCommit(0);
                });
            }
            for (var cut = 1; cut <= rows; cut++)
            {
                var after = cut;
                yield return new($"the process dies in the middle of a step, when {after} rows and rejects are committed", (run, _) => run.Read(), run => run.Cut == after, after);
            }
            yield return new("the process dies after each row", (run, _) => run.Read(), _ => true, CutAfter: -1);
        }
        for (var seed = options.Seed; seed < options.Seed + options.RandomRuns; seed++) yield return AtRandom(seed);
    }

    private static void Then(DrillRun run, int step, int at, bool commits, Action disturb)
    {
        run.Read();
        if (commits) run.Commit();
        if (step == at) disturb();
    }

    private static Disturbance AtRandom(int seed)
    {
        var random = new Random(seed);
        return new(string.Create(CultureInfo.InvariantCulture, $"at random; again with test.Drill(new() {{ OnlyRandom = true, RandomRuns = 1, Seed = {seed} }})"), (run, _) =>
        {
            for (var acts = random.Next(4); acts > 0; acts--)
            {
                switch (random.Next(9))
                {
                    case <= 3: run.Read(random.Next(run.Partitions), random.Next(1, 4)); break;
                    case 4: run.RowsUntilCut = random.Next(1, 4); break;
                    case 5: run.Commit(); break;
                    case 6: run.Crash(); break;
                    case 7 when run.Zombies < 2: run.TakeOver(); break;
                    default:
                        if (run.Zombies > 0) run.LetZombieCommit(random.Next(run.Zombies));
                        break;
                }
            }
        }, _ => random.Next(3) == 0);
    }

    private (MemoryStore Store, List<(int, string)> Notes, Exception? Failure) Play(Disturbance disturbance)
    {
        using var run = new DrillRun(query, number, partitions, _steps, disturbance.DiesAtCommit, disturbance.CutAfter);
        try
        {
            run.Play(disturbance.After);
            return (run.Store, run.Notes, null);
        }
        catch (Exception failure)
        {
            return (run.Store, run.Notes, failure);
        }
    }

    private DrillException Fails(Disturbance disturbance, List<(int, string)> notes, string what, Exception? failure)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Who} is not the same when it is disturbed: {disturbance.Name}.\n");
        text.Append(what.TrimEnd()).Append("\nTime line:\n");
        text.Append(TimeLine.Of(_steps, notes));
        return new(text.ToString(), failure);
    }
}
