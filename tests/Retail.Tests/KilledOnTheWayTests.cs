using KafkaOracle.Reactive.Embedded;

namespace Retail.Tests;

public sealed class KilledOnTheWayTests(ITestOutputHelper output)
{
    private const int Kills = 20;

    [Fact]
    public async Task Twenty_kills_leave_the_rows_of_an_undisturbed_run()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var kafka = EmbeddedKafka.Start();
        await using var undisturbed = EmbeddedOracle.Start();
        await using var oracle = EmbeddedOracle.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        (string, string)[] settings = [("RETAIL_EPOCH_ROWS", "40"), ("RETAIL_TIMEOUT", "60")];
        using (var calm = RetailProcess.Start(kafka.BootstrapServers, undisturbed.ConnectionString, settings))
            (await calm.ExitAsync()).Should().Be(0, calm.Errors);

        for (var kill = 1; kill <= Kills; kill++)
        {
            var before = await EpochAsync(oracle);
            using var run = RetailProcess.Start(kafka.BootstrapServers, oracle.ConnectionString, settings);
            var until = before + random.Next(1, 7);
            while (await EpochAsync(oracle) < until)
            {
                if (run.HasExited) Assert.Fail($"Seed {seed}: the run ended by itself before kill {kill} of {Kills}, at epoch {await EpochAsync(oracle)}. {run.Errors}");
                await Task.Yield();
            }
            for (var spins = random.Next(20_000); spins > 0; spins--) Thread.SpinWait(20);   // anywhere between two commits, and within one
            await run.KillAsync();
            output.WriteLine($"kill {kill}: from epoch {before}, at {await EpochAsync(oracle)}");
        }
        using (var last = RetailProcess.Start(kafka.BootstrapServers, oracle.ConnectionString, settings))
            (await last.ExitAsync()).Should().Be(0, $"seed {seed}: {last.Errors}");

        (await Database.RowsAsync(oracle.ConnectionString)).Should().Equal(await Database.RowsAsync(undisturbed.ConnectionString), $"seed {seed}");
        await Database.ShouldHoldAsync(oracle.ConnectionString, Expectation.FromFiles());
    }

    [Fact]
    public async Task A_terminated_run_commits_what_it_has_and_the_next_goes_on()
    {
        using var kafka = EmbeddedKafka.Start();
        await using var oracle = EmbeddedOracle.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        (string, string)[] settings = [("RETAIL_EPOCH_ROWS", "40"), ("RETAIL_TIMEOUT", "60")];
        using (var run = RetailProcess.Start(kafka.BootstrapServers, oracle.ConnectionString, settings))
        {
            while (await EpochAsync(oracle) < 5)
            {
                if (run.HasExited) Assert.Fail($"The run ended by itself. {run.Errors}");
                await Task.Yield();
            }
            await run.TerminateAsync();
            (await run.ExitAsync()).Should().Be(0, run.Errors);
            run.Output.Should().Contain("Drained");
        }
        (await Database.CountAsync(oracle.ConnectionString, "SELECT COUNT(*) FROM RETAIL_SALES")).Should().BeInRange(1, 14_212);

        using (var last = RetailProcess.Start(kafka.BootstrapServers, oracle.ConnectionString, settings))
            (await last.ExitAsync()).Should().Be(0, last.Errors);

        await Database.ShouldHoldAsync(oracle.ConnectionString, Expectation.FromFiles());
    }

    private static async Task<long> EpochAsync(EmbeddedOracle oracle)
        => await Database.CountAsync(oracle.ConnectionString, "SELECT COUNT(*) FROM USER_TABLES WHERE TABLE_NAME = 'KAFKAORACLE_LEDGER'") == 0 ? 0
            : await Database.CountAsync(oracle.ConnectionString, "SELECT NVL(MAX(EPOCH_NUMBER), 0) FROM KAFKAORACLE_LEDGER");
}
