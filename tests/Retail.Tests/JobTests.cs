using KafkaOracle.Reactive;
using KafkaOracle.Reactive.Embedded;

namespace Retail.Tests;

public sealed class JobTests
{
    private static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    [Fact]
    public void The_files_are_those_the_figures_were_found_in()
    {
        var expected = Expectation.FromFiles();

        expected.Lines.Should().Be(14_594);
        expected.Duplicates.Should().Be(258);
        expected.Rejected.Should().HaveCount(123);
        expected.Sales.Should().HaveCount(14_213);
    }

    [Fact]
    public async Task The_tables_hold_what_plain_code_finds_and_a_second_run_adds_nothing()
    {
        using var kafka = EmbeddedKafka.Start();
        await using var oracle = EmbeddedOracle.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        await SalesFeed.SendAsync(kafka.BootstrapServers, RetailPipeline.Topic, SalesFeed.Read(File("online-retail.csv")), TestContext.Current.CancellationToken);

        await RunAsync(kafka.BootstrapServers, oracle.ConnectionString);

        await Database.ShouldHoldAsync(oracle.ConnectionString, Expectation.FromFiles());
        var summary = await Summary.ReadAsync(oracle.ConnectionString, TestContext.Current.CancellationToken);
        (summary.Messages, summary.Duplicates, summary.Rejected, summary.Sales).Should().Be((14_594, 258, 123, 14_213));

        var first = await Database.RowsAsync(oracle.ConnectionString);
        var again = await RunAsync(kafka.BootstrapServers, oracle.ConnectionString);

        again.Rows.Values.Should().AllBeEquivalentTo(0);
        (await Database.RowsAsync(oracle.ConnectionString)).Should().Equal(first);
    }

    [Fact]
    public async Task The_feed_goes_on_where_it_was_broken_off()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        var sales = SalesFeed.Read(File("online-retail.csv"));

        (await SalesFeed.SendAsync(kafka.BootstrapServers, RetailPipeline.Topic, sales, TestContext.Current.CancellationToken)).Should().Be(14_594);
        (await SalesFeed.SendAsync(kafka.BootstrapServers, RetailPipeline.Topic, sales, TestContext.Current.CancellationToken)).Should().Be(0);
    }

    [Fact]
    public async Task The_sample_as_a_user_starts_it_does_the_job_on_a_real_broker()
    {
        await using var kafka = await RealKafka.TryStartAsync();
        if (kafka is null) Assert.Skip(RealKafka.SkipReason!);
        await using var oracle = EmbeddedOracle.Start();

        for (var run = 1; run <= 2; run++)
        {
            using var sample = RetailProcess.Start(kafka.BootstrapServers, oracle.ConnectionString, ("RETAIL_TIMEOUT", "60"));
            (await sample.ExitAsync()).Should().Be(0, sample.Errors);
            sample.Output.Should().Contain("14,213 sales").And.Contain(run == 1 ? "14,594 messages sent" : "0 messages sent");
            await Database.ShouldHoldAsync(oracle.ConnectionString, Expectation.FromFiles());
        }
    }

    private static async Task<RunStatus> RunAsync(string brokers, string database)
    {
        var pipeline = RetailPipeline.Define(ExchangeRates.Read(File("ecb-reference-rates.csv")), RetailPipeline.Options());
        await using var run = pipeline.Start(new KafkaSource(new() { BootstrapServers = brokers }), new OracleStore(database), stop: TestContext.Current.CancellationToken);
        await run.Completion;
        return run.Status;
    }
}
