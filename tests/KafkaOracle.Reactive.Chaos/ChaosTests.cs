using System.Diagnostics;
using System.Globalization;

namespace KafkaOracle.Reactive.Chaos;

public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Embedded = 0;

    [Theory]
    [InlineData(Embedded)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Tables_rejects_and_ledger_are_those_of_plain_code_whatever_happens(int nodes)
    {
        var (seconds, first) = (Setting("KAFKAORACLE_CHAOS", 15), Setting("KAFKAORACLE_SEED", Random.Shared.Next(1_000_000)));
        await using var brokers = await StartAsync(nodes);
        var (rounds, messages, stops, takeOvers, outages, faults) = (0, 0, 0, 0, 0, 0L);
        for (var since = Stopwatch.GetTimestamp(); rounds == 0 || Stopwatch.GetElapsedTime(since).TotalSeconds < seconds; rounds++)
        {
            await using var round = new Round(first + rounds, brokers);
            await CheckAsync(round, first + rounds, round.RunAsync, round.ExpectedAsync, round.ActualAsync, round.Messages);
            messages += round.Messages;
            (stops, takeOvers, outages, faults) = (stops + round.Stops, takeOvers + round.TakeOvers, outages + round.Outages, faults + round.Faults);
        }
        output.WriteLine($"{rounds} rounds from seed {first}: {messages} messages, {stops} stops, {takeOvers} take-overs, {outages} outages, {faults} faults of the database, {brokers.Acts} of the brokers");
    }

    [Theory]
    [InlineData(Lanes.Single, Embedded)]
    [InlineData(Lanes.PerPartition, Embedded)]
    [InlineData(Lanes.Single, 1)]
    [InlineData(Lanes.PerPartition, 1)]
    [InlineData(Lanes.Single, 3)]
    [InlineData(Lanes.PerPartition, 3)]
    public async Task Processes_that_are_killed_stopped_and_cut_off_write_the_same(Lanes lanes, int nodes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It sends Linux's signals.");
        var (seconds, first) = (Setting("KAFKAORACLE_CHAOS", 10), Setting("KAFKAORACLE_SEED", Random.Shared.Next(1_000_000)));
        await using var brokers = await StartAsync(nodes);
        var (rounds, messages, kills, zombies, drains, cuts, faults) = (0, 0, 0, 0, 0, 0, 0L);
        for (var since = Stopwatch.GetTimestamp(); rounds == 0 || Stopwatch.GetElapsedTime(since).TotalSeconds < seconds; rounds++)
        {
            await using var round = new Processes(first + rounds, lanes, brokers);
            await CheckAsync(round, first + rounds, round.RunAsync, round.ExpectedAsync, round.ActualAsync, round.Messages);
            messages += round.Messages;
            (kills, zombies, drains, cuts, faults) = (kills + round.Kills, zombies + round.Zombies, drains + round.Drains, cuts + round.Cuts, faults + round.Faults);
        }
        output.WriteLine($"{rounds} rounds from seed {first}, lanes {lanes}: {messages} messages, {kills} kills, {zombies} zombies, {drains} drains, {cuts} cuts, {faults} faults of the database, {brokers.Acts} of the brokers");
    }

    private static async Task<IBrokers> StartAsync(int nodes)
    {
        if (nodes == Embedded) return new EmbeddedBrokers();
        var brokers = await RealBrokers.TryStartAsync(nodes);
        if (brokers is null) Assert.Skip(RealKafka.SkipReason!);
        return brokers;
    }

    private static async Task CheckAsync(object round, int seed, Func<CancellationToken, Task> run, Func<Task<Tables>> expect, Func<CancellationToken, Task<Tables>> read, int messages)
    {
        var stop = TestContext.Current.CancellationToken;
        var because = $"KAFKAORACLE_SEED={seed} does it again";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromMinutes(15));
        try
        {
            await run(patience.Token);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{round}: {because}: {fault.Message}", fault);
        }
        var (expected, actual) = (await expect(), await read(stop));
        actual.Rejects.Should().Equal(expected.Rejects, because);
        actual.Rows.Should().Equal(expected.Rows, because);
        actual.Minutes.Should().Equal(expected.Minutes, because);
        actual.Ledger.Should().Equal(expected.Ledger, because);
        (actual.Rows.Length + actual.Rejects.Length).Should().Be(messages, "each message is a row or a reject; " + because);
    }

    private static int Setting(string name, int standard)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : standard;
}
