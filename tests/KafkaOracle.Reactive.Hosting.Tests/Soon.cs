namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>Waits for what must happen; the limit is there to fail, not to pass.</summary>
internal static class Soon
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task Within(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task TrueAsync(Func<bool> condition, string because) => TrueAsync(condition, () => because);

    public static Task TrueAsync(Func<bool> condition, Func<string> because) => TrueAsync(() => Task.FromResult(condition()), because);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> because)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException(because());
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
