using System.Collections.Concurrent;
using System.Globalization;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class SelectAsyncTests
{
    [Fact]
    public void Runs_as_many_look_ups_at_once_as_it_may_and_no_more()
    {
        int running = 0, begun = 0;
        var seen = new ConcurrentBag<int>();
        var all = new TaskCompletionSource();
        using var rig = new LaneRig(Looking(async (beat, _) =>
        {
            seen.Add(Interlocked.Increment(ref running));
            if (Interlocked.Increment(ref begun) == 4) all.SetResult();
            await Soon.Within(all.Task);                        // none ends before four are under way
            Interlocked.Decrement(ref running);
            return beat.Name;
        }, degree: 4));

        rig.SendTogether([.. Enumerable.Range(0, 40).Select(i => $"b{i}@{i}")]);
        rig.Engine.Cut();

        seen.Max().Should().Be(4);
        rig.Rows.Should().Equal(Enumerable.Range(0, 39).Select(i => $"b{i}@{i}: b{i} at {i}"));
    }

    [Fact]
    public void Keeps_the_records_order_and_times_whatever_order_the_look_ups_end_in()
    {
        var ended = Enumerable.Range(0, 8).Select(_ => new TaskCompletionSource()).ToArray();
        using var rig = new LaneRig(Looking(async (beat, _) =>
        {
            if (beat.Name == "end") return "";
            var i = int.Parse(beat.Name, CultureInfo.InvariantCulture);
            if (i < 7) await Soon.Within(ended[i + 1].Task);    // each waits for the one after it
            ended[i].SetResult();
            return "found";
        }, degree: 8));

        rig.SendTogether([.. Enumerable.Range(0, 8).Select(i => $"{i}@{10 + (i / 2)}"), "end@20"]);
        rig.Engine.Cut();

        rig.Rows.Should().Equal(Enumerable.Range(0, 8).Select(i => $"{i}@{10 + (i / 2)}: found at {10 + (i / 2)}"));
    }

    [Fact]
    public void Names_the_record_whose_look_up_failed_and_writes_nothing_of_its_epoch()
    {
        using var rig = new LaneRig(Looking((beat, _) => beat.Name == "bad" ? throw new TimeoutException("no answer") : Task.FromResult(beat.Name)));

        var sending = FluentActions.Invoking(() => rig.SendTogether(["a@10", "bad@20", "c@30", "end@40"]));

        sending.Should().Throw<QueryException>().WithMessage("*a[0]@1*no answer*").WithInnerException<TimeoutException>();
        rig.Rows.Should().BeEmpty();
    }

    [Fact]
    public void A_look_up_that_cancels_itself_has_failed()
    {
        using var rig = new LaneRig(Looking((_, _) => Task.FromCanceled<string>(new CancellationToken(canceled: true))));

        FluentActions.Invoking(() => rig.SendTogether(["a@10", "end@20"])).Should().Throw<QueryException>().WithMessage("*a[0]@0*");
    }

    [Fact]
    public void Looks_up_again_after_a_crash_and_goes_on_where_it_finds_the_same()
    {
        var looked = new ConcurrentQueue<string>();
        using var rig = new LaneRig(Looking((beat, _) =>
        {
            looked.Enqueue(beat.Name);
            return Task.FromResult("same");
        }));

        rig.SendTogether(["a@10", "b@20", "c@30"]);
        rig.Engine.Cut();
        rig.Restart();
        rig.SendTogether(["d@40"]);
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10: same at 10", "b@20: same at 20", "c@30: same at 30");
        looked.Where(name => name is "a" or "b").Should().BeEquivalentTo("a", "b", "a", "b");
    }

    [Fact]
    public void Stops_the_pipeline_where_a_look_up_finds_something_else_after_a_crash()
    {
        var answer = "one";
        using var rig = new LaneRig(Looking((_, _) => Task.FromResult(answer)));

        rig.SendTogether(["a@10", "b@20", "c@30"]);
        rig.Engine.Cut();
        answer = "another";

        FluentActions.Invoking(() => rig.Restart()).Should().Throw<NotDeterministicException>().WithMessage("*table rows*");
    }

    [Fact]
    public void Does_not_look_up_what_is_late_or_rejected()
    {
        var looked = new ConcurrentQueue<string>();
        using var rig = new LaneRig(Looking((beat, _) =>
        {
            looked.Enqueue(beat.Name);
            return Task.FromResult("");
        }));

        rig.SendTogether(["a@10", "late@5", "broken", "b@20", "end@30"]);
        rig.Engine.Cut();

        looked.Except(["end"]).Should().BeEquivalentTo("a", "b");
        rig.Store.Rejects.Should().HaveCount(2);
    }

    [Fact]
    public void Enriching_adds_what_was_found_to_the_value()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Enrich((r, _) => Task.FromResult(r.Value.Name.Length), (beat, length) => $"{beat} is {length} long").Select(r => r.Value)));

        rig.SendTogether(["abc@10", "end@20"]);
        rig.Engine.Cut();

        rig.Rows.Should().Equal("abc@10 is 3 long");
        rig.Store.Rows.Single().Origin.Position.Should().Be(new Position("a", 0, 0));
    }

    [Fact]
    public void Several_look_ups_of_a_topic_each_give_their_own()
    {
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.SelectAsync((r, _) => Task.FromResult(r.Value.Name + "!"))
                .Zip(beats.SelectAsync((r, _) => Task.FromResult(r.Value.Second)), (name, second) => string.Create(CultureInfo.InvariantCulture, $"{name.Value} {second.Value}")));
        });

        rig.SendTogether(["a@10", "b@20", "c@30"]);
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a! 10", "b! 20");
    }

    [Fact]
    public async Task Is_told_when_the_lane_stops_and_the_lane_does_not_wait_for_it()
    {
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource<CancellationToken>();
        using var rig = new LaneRig(Looking(async (_, token) =>
        {
            begun.TrySetResult(token);
            await new TaskCompletionSource().Task;              // it does not listen
            return "";
        }), stop: stop.Token);

        var sending = Task.Run(() =>
        {
            rig.Engine.Thread.Enter();
            rig.SendTogether(["a@10", "end@20"]);
        }, TestContext.Current.CancellationToken);
        var token = await Soon.Within(begun.Task);
        await stop.CancelAsync();

        await FluentActions.Awaiting(() => Soon.Within(sending)).Should().ThrowAsync<LaneStoppedException>();
        token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void Refuses_a_degree_that_is_not_positive()
        => FluentActions.Invoking(() => Pipeline.Define("none", Looking((_, _) => Task.FromResult(""), degree: 0))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("degree");

    private static Action<Lane> Looking(Func<Beat, CancellationToken, Task<string>> find, int degree = 16)
        => lane => lane.Into(Queries.Rows, lane.Beats()
            .SelectAsync(async (r, stop) => (Beat: r.Value, Found: await find(r.Value, stop)), degree)
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value.Beat}: {r.Value.Found} at {lane.Clock.Second()}")));
}
