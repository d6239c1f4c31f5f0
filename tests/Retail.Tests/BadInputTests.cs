using KafkaOracle.Reactive.Embedded;

namespace Retail.Tests;

/// <summary>What a user sees who got something wrong: one clear message, an exit code that is not 0, and nothing half-written.</summary>
public sealed class BadInputTests
{
    private const string Password = "Mark3dSecret";

    [Fact]
    public async Task Wrong_bootstrap()
    {
        await using var oracle = EmbeddedOracle.Start(new() { Password = Password });

        await ShouldFailAsync("127.0.0.1:1", oracle.ConnectionString, "No Kafka broker answers at 127.0.0.1:1");

        (await UserTablesAsync(oracle)).Should().Be(0);
    }

    [Fact]
    public async Task Wrong_password()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        await using var oracle = EmbeddedOracle.Start();

        await ShouldFailAsync(kafka.BootstrapServers, $"User Id={oracle.User};Password={Password};Data Source=127.0.0.1:{oracle.Port}/FREEPDB1", "Cannot connect to Oracle", "ORA-01017");

        (await UserTablesAsync(oracle)).Should().Be(0);
    }

    [Fact]
    public async Task Missing_table_without_permission_to_create()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        await using var oracle = EmbeddedOracle.Start(new() { Password = Password, CanCreateTables = false });

        await ShouldFailAsync(kafka.BootstrapServers, oracle.ConnectionString, "is missing and could not be created", "ORA-01031", "CREATE TABLE");

        (await UserTablesAsync(oracle)).Should().Be(0);
    }

    [Fact]
    public async Task A_row_type_that_does_not_fit_its_table()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
        await using var oracle = EmbeddedOracle.Start(new() { Password = Password });
        await Database.ExecuteAsync(oracle.ConnectionString, "CREATE TABLE RETAIL_HOURLY (COUNTRY VARCHAR2(10 CHAR), HOUR DATE, LINES NUMBER(10), NOTE VARCHAR2(5) NOT NULL)");

        await ShouldFailAsync(kafka.BootstrapServers, oracle.ConnectionString, "do not fit", "RETAIL_HOURLY.COUNTRY holds 10, the rows up to 50", "RETAIL_HOURLY.HOUR is DATE",
            "RETAIL_HOURLY.ITEMS is missing: ALTER TABLE", "RETAIL_HOURLY.NOTE is NOT NULL", "no unique constraint on its key");

        (await UserTablesAsync(oracle)).Should().Be(1);
        (await Database.CountAsync(oracle.ConnectionString, "SELECT COUNT(*) FROM RETAIL_HOURLY")).Should().Be(0);
    }

    [Theory]
    [InlineData("0", "EpochRows")]
    [InlineData("many", "RETAIL_EPOCH_ROWS is 'many'")]
    public async Task Invalid_options(string rows, string message)
    {
        await using var oracle = EmbeddedOracle.Start(new() { Password = Password });

        await ShouldFailAsync("127.0.0.1:1", oracle.ConnectionString, [message], ("RETAIL_EPOCH_ROWS", rows));

        (await UserTablesAsync(oracle)).Should().Be(0);
    }

    private static Task ShouldFailAsync(string brokers, string database, params string[] messages) => ShouldFailAsync(brokers, database, messages, ("RETAIL_TIMEOUT", "5"));

    private static async Task ShouldFailAsync(string brokers, string database, string[] messages, params (string, string)[] settings)
    {
        using var sample = RetailProcess.Start(brokers, database, settings);

        (await sample.ExitAsync()).Should().Be(1, sample.Output);

        sample.Errors.Should().StartWith("retail: ").And.NotContain("   at ").And.NotContain(Password).And.ContainAll(messages);
        sample.Errors.Split("retail: ").Should().HaveCount(2, "there is one message");
        sample.Output.Should().NotContain(Password);
    }

    private static Task<long> UserTablesAsync(EmbeddedOracle oracle) => Database.CountAsync(oracle.ConnectionString, "SELECT COUNT(*) FROM USER_TABLES");
}
