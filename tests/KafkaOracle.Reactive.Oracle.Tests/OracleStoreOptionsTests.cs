using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Oracle.Tests;

public sealed class OracleStoreOptionsTests
{
    [Fact]
    public void Defaults_are_those_documented()
    {
        var options = new OracleStoreOptions();

        options.ConnectionString.Should().BeEmpty();
        options.CreateTables.Should().BeTrue();
        options.QueuedEpochs.Should().Be(2);
        options.ArrayRows.Should().Be(20_000);
        options.CommandTimeout.Should().Be(TimeSpan.FromMinutes(1));
        options.CommitTimeout.Should().Be(TimeSpan.FromMinutes(10));
        options.RetryTimeout.Should().Be(TimeSpan.FromMinutes(1));
        options.ResourceTimeout.Should().BeNull();
        options.ErrorKinds.Should().BeEmpty();
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public void All_faults_are_reported_at_once_before_anything_connects()
    {
        var options = new OracleStoreOptions { QueuedEpochs = 0, ArrayRows = 70_000, CommandTimeout = TimeSpan.Zero, RetryTimeout = TimeSpan.FromDays(2) };

        var opening = () => new OracleStore(options);

        opening.Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(5);
    }

    [Fact]
    public void A_store_keeps_its_own_copy_of_the_options()
    {
        var options = new OracleStoreOptions { ConnectionString = "x" };
        var store = new OracleStore(options);
        options.ConnectionString = "";

        store.Should().NotBeNull();
        options.Invoking(o => new OracleStore(o)).Should().Throw<OptionsValidationException>();
    }
}
