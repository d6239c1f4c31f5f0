using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class PipelineOptionsTests
{
    [Fact]
    public void Defaults_are_those_documented()
    {
        var options = new PipelineOptions();

        options.Era.Should().Be(TimeSpan.FromHours(1));
        options.LeadIn.Should().Be(TimeSpan.Zero);
        options.EpochInterval.Should().Be(TimeSpan.FromSeconds(1));
        options.EpochRows.Should().Be(20_000);
        options.IdleAfter.Should().Be(TimeSpan.FromSeconds(30));
        options.Until.Should().Be(RunUntil.Stopped);
        options.Version.Should().Be("1");
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var options = new PipelineOptions { Era = TimeSpan.Zero, EpochRows = 0, Version = "" };

        FluentActions.Invoking(() => options.Validated("retail")).Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(3);
    }
}
