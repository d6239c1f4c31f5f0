using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
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
        options.DecoderRetryTimeout.Should().Be(TimeSpan.FromMinutes(1));
        options.IdleAfter.Should().Be(TimeSpan.FromSeconds(30));
        options.MaxFailedRecords.Should().Be(10);
        options.AllowLostMessages.Should().BeFalse();
        options.SlowStepAfter.Should().Be(TimeSpan.FromSeconds(30));
        options.Until.Should().Be(RunUntil.Stopped);
        options.Version.Should().Be("1");
        options.OnChange.Should().Be(VersionChange.Refused);
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var options = new PipelineOptions { Era = TimeSpan.Zero, EpochRows = 0, Version = "" };

        FluentActions.Invoking(() => options.Validated("retail")).Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(3);
    }

    [Fact]
    public void A_pipeline_with_other_options_is_another_one_with_the_same_query()
    {
        var table = new MemoryTable<string>("rows");
        var decoder = new Decoder<string>((in _) => "");
        var first = Pipeline.Define("copy", lane => lane.Into(table, lane.Topic("lines", decoder).Select(r => r.Value)), new() { EpochRows = 7, Version = "a" });

        var second = first.With(o => o.EpochRows = 8);

        (second.Name, second.Topics.Single(), second.Tables.Single()).Should().Be(("copy", "lines", table));
        (second.Options.EpochRows, second.Options.Version, first.Options.EpochRows).Should().Be((8, "a", 7));
        FluentActions.Invoking(() => first.With(o => o.EpochRows = 0)).Should().Throw<OptionsValidationException>();
    }
}
