using System.Diagnostics;

namespace KafkaOracle.Reactive.Oracle.Tests;

/// <summary>Waits for what must happen; the limit is there to fail, not to pass.</summary>
internal static class Soon
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task Within(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Asks again and again.</summary>
    public static async Task Until(Func<bool> condition)
    {
        for (var since = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1, TestContext.Current.CancellationToken))
            if (Stopwatch.GetElapsedTime(since) > Limit) throw new TimeoutException("What the test waits for has not happened.");
    }
}
