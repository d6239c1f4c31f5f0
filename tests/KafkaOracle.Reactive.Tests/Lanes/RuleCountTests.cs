using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Pipelines;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class RuleCountTests
{
    private static readonly Rule<Beat>[] Rules =
    [
        Rule.For<Beat>("lower-case", b => b.Name.All(char.IsLower)),
        Rule.For<Beat>("short", b => b.Name.Length < 3).AsWarning(),
        Rule.For<Beat>("not-x", b => b.Name != "x").AsDrop(),
    ];

    private static void Checked(Lane lane)
    {
        var parts = lane.Beats().Check(Rules);
        lane.Into(Queries.Rows, parts.Good.Select(b => b.Value.ToString()));
        lane.Into(Queries.Others, parts.Bad.Select(b => b.Record.Value.ToString()));
    }

    [Fact]
    public async Task Records_that_break_a_rule_are_counted_once_though_several_instances_see_them()
    {
        await using var rig = new RunRig();
        rig.Options.LeadIn = TimeSpan.FromMinutes(2);
        rig.Send(0, "a@10", "B@20", "x@30", "LONG@70", "long@130", "x@190", "C@191", "end@250");
        var run = rig.Start(Checked);
        run.Status.Broken.Should().BeEquivalentTo(new Dictionary<string, long> { ["lower-case"] = 0, ["short"] = 0, ["not-x"] = 0 }, "what is not broken yet is shown as well");
        await rig.ReadAndCommittedAsync();
        await Soon.Within(run.DrainAsync());

        run.Status.Broken.Should().BeEquivalentTo(new Dictionary<string, long> { ["lower-case"] = 3, ["short"] = 2, ["not-x"] = 2 });
    }

    [Fact]
    public async Task What_a_restart_computes_again_is_not_counted_again()
    {
        await using var rig = new RunRig();
        rig.Send(0, "A@10", "b@20", "C@30", "d@40");
        var first = rig.Start(Checked);
        await rig.ReadAndCommittedAsync();
        await Soon.Within(first.DrainAsync());
        first.Status.Broken["lower-case"].Should().Be(2);

        rig.Send(0, "E@50", "f@55");
        var second = rig.Start(Checked);
        await rig.ReadAndCommittedAsync();
        await Soon.Within(second.DrainAsync());

        second.Status.Broken["lower-case"].Should().Be(1);
    }

    [Fact]
    public async Task Records_without_event_time_and_late_ones_are_counted_too()
    {
        await using var rig = new RunRig();
        rig.Send(0, "A@100", "B@10", "c@200");
        var run = rig.Start(lane =>
        {
            lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Check(Rules).Bad.Select(b => b.Record.Value.ToString()));
        });
        await rig.ReadAndCommittedAsync();
        await Soon.Within(run.DrainAsync());

        run.Status.Broken["lower-case"].Should().Be(2);
    }
}
