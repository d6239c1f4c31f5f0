namespace KafkaOracle.Reactive;

internal static class Cancellation
{
    /// <summary>Cancels what runs. Whoever cannot be told, a driver whose connection is just lost say, keeps nobody else from ending.</summary>
    public static void CancelAll(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
            // All have been told all the same; what becomes of them shows in their results.
        }
    }
}
