namespace KafkaOracle.Reactive;

/// <summary>The server has not answered within the bound: the connection may be half open, and is given up.</summary>
internal sealed class NoAnswerException(string message) : TimeoutException(message);

/// <summary>Bounds for the driver's calls, which by themselves wait as long as the network lets them.</summary>
internal static class Answers
{
    /// <summary>How long a server may take to answer that it has cancelled a statement.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>Waits for an answer. What comes later is ignored.</summary>
    /// <exception cref="NoAnswerException">It has not come in time.</exception>
    public static async Task<T> WithinAsync<T>(this Task<T> call, TimeSpan limit, TimeProvider time, string what)
    {
        await ((Task)call).WithinAsync(limit, time, what);
        return await call;
    }

    /// <inheritdoc cref="WithinAsync{T}"/>
    public static async Task WithinAsync(this Task call, TimeSpan limit, TimeProvider time, string what)
    {
        if (!call.IsCompleted)
        {
            using var inTime = new CancellationTokenSource();
            if (await Task.WhenAny(call, Task.Delay(limit, time, inTime.Token)) != call)
            {
                _ = call.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw new NoAnswerException($"The database has not answered to {what} within {limit:c}: the connection is given up.");
            }
            await inTime.CancelAsync();
        }
        await call;
    }
}
