namespace KafkaOracle.Reactive.Tests.Lanes;

/// <summary>Waits for what must happen; the limit is there to fail, not to pass.</summary>
internal static class Soon
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task Within(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
