using System.Diagnostics;

namespace KafkaOracle.Reactive;

/// <summary>Waits for what must happen; the limit is there to fail, not to pass.</summary>
internal static class Soon
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task Within(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Asks again and again.</summary>
    public static Task Until(Func<bool> condition, string because = "What the test waits for has not happened.") => Until(condition, () => because);

    public static Task Until(Func<bool> condition, Func<string> because) => Until(() => Task.FromResult(condition()), because);

    public static async Task Until(Func<Task<bool>> condition, Func<string> because)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(1, TestContext.Current.CancellationToken))
            if (Stopwatch.GetElapsedTime(since) > Limit) throw new TimeoutException(because());
    }
}
