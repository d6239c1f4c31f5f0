using System.Collections.Concurrent;
using System.Globalization;

namespace KafkaOracle.Reactive.Tests.Replay;

public sealed class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public void Rows_do_not_depend_on_crashes_cuts_zombies_or_interleaving()
    {
        var cases = Setting("KAFKAORACLE_CASES", 4_000);
        var first = Setting("KAFKAORACLE_SEED", 1);
        output.WriteLine($"{cases} cases from seed {first} on; KAFKAORACLE_SEED and KAFKAORACLE_CASES choose others");
        var failures = new ConcurrentBag<(int Seed, string Text)>();

        // Threads of their own: a simulated lane waits for look-ups, which need the pool's.
        var seeds = first - 1;
        var threads = Array.ConvertAll(new Thread[Environment.ProcessorCount], _ => new Thread(() =>
        {
            for (var seed = Interlocked.Increment(ref seeds); seed < first + cases; seed = Interlocked.Increment(ref seeds)) Try(seed);
        }));
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());

        failures.OrderBy(f => f.Seed).Take(5).Select(f => f.Text).Should().BeEmpty($"{failures.Count} of {cases} cases differ");

        void Try(int seed)
        {
            Simulation? simulation = null;
            try
            {
                simulation = new Simulation(seed);
                if (simulation.Difference() is { } difference) failures.Add((seed, $"{simulation}: {difference}"));
            }
            catch (Exception fault)
            {
                failures.Add((seed, $"{simulation?.ToString() ?? $"seed {seed}"}: {fault}"));
            }
        }
    }

    [Theory]
    [InlineData(1243260)]                                       // where a restart read from went back, and messages put aside were rejected twice
    public void Cases_that_differed_once_do_not(int seed)
    {
        var simulation = new Simulation(seed);
        simulation.Difference().Should().BeNull("{0}", simulation);
    }

    private static int Setting(string name, int standard)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : standard;
}
