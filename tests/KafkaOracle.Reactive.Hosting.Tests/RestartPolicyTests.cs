using CsCheck;

namespace KafkaOracle.Reactive.Hosting.Tests;

public sealed class RestartPolicyTests
{
    private enum End { Well, Transient, TransientAfterAnEpoch, Permanent }

    private sealed class Passing : Exception;

    /// <summary>Random ends of runs, against the rule in plain words.</summary>
    [Fact]
    public async Task Runs_again_after_errors_that_may_pass_and_at_most_so_often_in_a_row()
        => await Gen.Select(Gen.Enum<End>().Array[0, 12], Gen.Int[0, 4]).SampleAsync(async (ends, most) =>
        {
            var (runs, pauses) = (0, new List<(int Restart, TimeSpan Pause)>());
            var policy = new RestartPolicy(Options(most), TimeProvider.System, (restart, pause) => pauses.Add((restart, pause)));

            var fault = await policy.RunAsync(() => Task.FromResult(Run(ends.ElementAtOrDefault(runs++))), CancellationToken.None);

            var (expectedRuns, expectedEnd, restarts) = Expected(ends, most);
            runs.Should().Be(expectedRuns);
            (fault is Passing ? End.Transient : fault is null ? End.Well : End.Permanent).Should().Be(expectedEnd);
            pauses.Select(p => p.Restart).Should().Equal(restarts);
            pauses.TrueForAll(p => p.Pause >= TimeSpan.Zero && p.Pause <= TimeSpan.FromMilliseconds(2)).Should().BeTrue();
        }, iter: 100, threads: 1);

    [Fact]
    public async Task Pauses_grow_up_to_the_longest()
    {
        var pauses = new List<TimeSpan>();
        var policy = new RestartPolicy(new() { MaxRestarts = 60, RestartDelay = TimeSpan.FromSeconds(1), MaxRestartDelay = TimeSpan.FromSeconds(30), IsTransient = _ => true }, new Instant(), (_, pause) => pauses.Add(pause));

        await policy.RunAsync(() => Task.FromResult(Run(End.Transient)), CancellationToken.None);

        pauses.Should().HaveCount(60).And.OnlyContain(p => p <= TimeSpan.FromSeconds(30));
        pauses[0].Should().BeLessThan(TimeSpan.FromSeconds(5));
        pauses[^40..].Should().OnlyContain(p => p == TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stop_ends_a_pause()
    {
        using var stop = new CancellationTokenSource();
        var policy = new RestartPolicy(new() { MaxRestarts = 1, RestartDelay = TimeSpan.FromDays(1), MaxRestartDelay = TimeSpan.FromDays(1), IsTransient = _ => true }, TimeProvider.System, (_, _) => stop.Cancel());

        var running = () => policy.RunAsync(() => Task.FromResult(Run(End.Transient)), stop.Token);

        await running.Should().ThrowAsync<OperationCanceledException>();
    }

    private static HostedPipelineOptions Options(int most) => new()
    {
        MaxRestarts = most,
        RestartDelay = TimeSpan.FromMilliseconds(1),
        MaxRestartDelay = TimeSpan.FromMilliseconds(2),
        IsTransient = fault => fault is Passing,
    };

    private static FailedRun? Run(End end) => end switch
    {
        End.Well => null,
        End.Permanent => new(new FormatException(), HasCommitted: false),
        _ => new(new Passing(), HasCommitted: end == End.TransientAfterAnEpoch),
    };

    private static (int Runs, End End, List<int> Restarts) Expected(End[] ends, int most)
    {
        var restarts = new List<int>();
        var row = 0;
        for (var i = 0; ; i++)
        {
            var end = ends.ElementAtOrDefault(i);
            if (end == End.TransientAfterAnEpoch) row = 0;
            if (end is End.Well or End.Permanent || row == most) return (i + 1, end == End.TransientAfterAnEpoch ? End.Transient : end, restarts);
            restarts.Add(++row);
        }
    }

    /// <summary>Time that passes as soon as it is waited for.</summary>
    private sealed class Instant : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
