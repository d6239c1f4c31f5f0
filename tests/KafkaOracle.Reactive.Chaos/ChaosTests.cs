using System.Diagnostics;
using System.Globalization;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Tables_rejects_and_ledger_are_those_of_plain_code_whatever_happens()
    {
        var stop = TestContext.Current.CancellationToken;
        var (seconds, first) = (Setting("KAFKAORACLE_CHAOS", 15), Setting("KAFKAORACLE_SEED", Random.Shared.Next(1_000_000)));
        using var kafka = EmbeddedKafka.Start();
        var (rounds, messages, stops, takeOvers, outages, faults) = (0, 0, 0, 0, 0, 0L);
        for (var since = Stopwatch.GetTimestamp(); rounds == 0 || Stopwatch.GetElapsedTime(since).TotalSeconds < seconds; rounds++)
        {
            await using var round = new Round(first + rounds, kafka);
            var because = $"KAFKAORACLE_SEED={first + rounds} does it again";
            try
            {
                await round.RunAsync(stop).WaitAsync(TimeSpan.FromMinutes(3), stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{round}: {because}: {fault.Message}", fault);
            }
            var (expected, actual) = (round.Expected(), await round.ActualAsync(stop));
            actual.Rejects.Should().Equal(expected.Rejects, because);
            actual.Rows.Should().Equal(expected.Rows, because);
            actual.Minutes.Should().Equal(expected.Minutes, because);
            actual.Ledger.Should().Equal(expected.Ledger, because);
            (actual.Rows.Length + actual.Rejects.Length).Should().Be(round.Messages, "each message is a row or a reject; " + because);
            messages += round.Messages;
            (stops, takeOvers, outages, faults) = (stops + round.Stops, takeOvers + round.TakeOvers, outages + round.Outages, faults + round.Faults);
        }
        output.WriteLine($"{rounds} rounds from seed {first}: {messages} messages, {stops} stops, {takeOvers} take-overs, {outages} outages, {faults} faults of the server");
    }

    private static int Setting(string name, int standard)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : standard;
}
