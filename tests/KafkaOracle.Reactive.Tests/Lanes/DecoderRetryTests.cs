using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Pipelines;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class DecoderRetryTests
{
    private volatile bool _isDown;
    private int _refusals, _decoded;

    private Decoder<Beat> Fragile(bool isTransient = true) => (in message) =>
    {
        if (!_isDown)
        {
            Interlocked.Increment(ref _decoded);
            return Beat.Decoder(message);
        }
        Interlocked.Increment(ref _refusals);
        throw new DecoderUnavailableException("The registry does not answer.", isTransient: isTransient);
    };

    private Action<Lane> Copy(bool isTransient = true)
        => lane => lane.Into(Queries.Rows, lane.Topic("a", Fragile(isTransient)).InEventTime(b => b.At, TimeSpan.Zero).Select(b => b.Value.ToString()));

    [Fact]
    public async Task A_message_waits_until_its_decoder_works_again_and_is_not_rejected()
    {
        await using var rig = new RunRig();
        rig.Send(0, "a@1", "broken", "b@2", "c@3");
        var run = rig.Start(Copy());
        await rig.ReadAndCommittedAsync();

        _isDown = true;
        rig.Send(0, "d@4", "e@5");
        await RefusedAsync(rig, 3);
        _isDown = false;
        await Soon.Until(() =>
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            return rig.Log.IsReadToEnd;
        });
        await Soon.Within(run.DrainAsync());

        rig.Rows.Should().Equal("a@1", "b@2", "c@3", "d@4");
        rig.Store.Rejects.Should().ContainSingle().Which.Position.Offset.Should().Be(1);
        run.Status.Messages.Should().Be(new LaneCounts(Read: 6, Again: 0, Accepted: 5, Late: 0, Undecodable: 1, OutOfBounds: 0));
    }

    [Fact]
    public async Task A_run_fails_when_its_decoder_has_not_worked_for_too_long_and_the_next_goes_on()
    {
        await using var rig = new RunRig();
        rig.Options.DecoderRetryTimeout = TimeSpan.FromSeconds(10);
        _isDown = true;
        rig.Send(0, "a@1", "b@2");
        var run = rig.Start(Copy());
        await Soon.Until(() =>
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            return run.Completion.IsCompleted;
        });

        var failure = await RunRig.FailureAsync<DecoderUnavailableException>(run);
        failure.Message.Should().Match("Pipeline 'rig' cannot decode a[0]@0: The registry does not answer. It was tried for *The message was not rejected, and nothing of the open epoch was written.");
        failure.IsTransient.Should().BeTrue();
        rig.Store.Rejects.Should().BeEmpty();
        _isDown = false;
        await rig.RunToEndAsync(Copy());
        rig.Rows.Should().Equal("a@1");
    }

    [Fact]
    public async Task What_cannot_pass_is_not_tried_again()
    {
        await using var rig = new RunRig();
        _isDown = true;
        rig.Send(0, "a@1");

        var failure = await RunRig.FailureAsync<DecoderUnavailableException>(rig.Start(Copy(isTransient: false)));

        (failure.IsTransient, _refusals).Should().Be((false, 1));
    }

    [Fact]
    public async Task A_run_that_is_stopped_does_not_wait_for_the_decoder()
    {
        await using var rig = new RunRig();
        _isDown = true;
        rig.Send(0, "a@1");
        var run = rig.Start(Copy());
        await Soon.Until(() => _refusals > 0);

        await Soon.Within(run.DisposeAsync().AsTask());

        run.Status.State.Should().Be(RunState.Stopped);
    }

    [Fact]
    public async Task Time_that_the_lane_waits_for_a_decoder_leaves_no_partition_out()
    {
        await using var rig = new RunRig(2);
        rig.Options.IdleAfter = TimeSpan.FromSeconds(20);
        rig.Send(0, "a@1");
        rig.Send(1, "x@1");
        var run = rig.Start(Copy());
        await rig.ReadAndCommittedAsync();
        _isDown = true;
        rig.Send(0, "b@50");
        await RefusedAsync(rig, 12);                            // half a minute and more
        rig.Send(1, "y@2");

        var before = _decoded;
        _isDown = false;
        await Soon.Until(() =>
        {
            if (Volatile.Read(ref _decoded) > before) return true;
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            return false;
        });
        await rig.ReadAsync();
        await Soon.Within(run.DrainAsync());

        rig.Store.Rejects.Should().BeEmpty("partition 1 was not idle, it was not listened to");
    }

    private async Task RefusedAsync(RunRig rig, int times)
    {
        var before = _refusals;
        await Soon.Until(() =>
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            return _refusals >= before + times;
        });
    }
}
