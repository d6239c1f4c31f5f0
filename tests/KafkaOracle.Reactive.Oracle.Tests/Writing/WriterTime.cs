using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>Moves a test's clock while a writer pauses, never while it waits for the server: that takes real time.</summary>
internal static class WriterTime
{
    /// <summary>Lets time pass from one attempt to the next.</summary>
    public static async Task PassAsync(this FakeTimeProvider time, IEpochWriter writer, TimeSpan span)
    {
        for (var end = time.GetUtcNow() + span; time.GetUtcNow() < end;)
        {
            await PauseAsync();
            if (writer.Trouble?.NextAttempt is not { } next) return;
            time.Advance(next - time.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        }
        await PauseAsync();

        // The next attempt is told a moment before its pause begins: where the clock was moved in between, it goes on a little.
        Task PauseAsync() => Soon.Until(() =>
        {
            if (writer.Trouble?.NextAttempt > time.GetUtcNow() || writer.Completion.IsCompleted) return true;
            if (writer.Trouble?.NextAttempt is not null) time.Advance(TimeSpan.FromMilliseconds(10));
            return false;
        });
    }

    /// <summary>Completes the writer.</summary>
    public static async Task EndAsync(this FakeTimeProvider time, IEpochWriter writer)
    {
        var done = writer.CompleteAsync();
        await Soon.Until(() =>
        {
            if (writer.Trouble?.NextAttempt is { } next) time.Advance(next > time.GetUtcNow() ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(10));
            return done.IsCompleted;
        });
        await done;
    }
}
