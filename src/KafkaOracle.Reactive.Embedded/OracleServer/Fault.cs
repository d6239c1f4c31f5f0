namespace KafkaOracle.Reactive.Embedded;

/// <summary>Where in the life of a session a fault can strike.</summary>
public enum FaultPoint
{
    /// <summary>A client asks for a connection; a code refuses it like a listener.</summary>
    Connect,

    /// <summary>The password is about to be checked.</summary>
    Login,

    /// <summary>A statement was received and not applied yet.</summary>
    BeforeExecute,

    /// <summary>A statement was applied, its answer not sent yet.</summary>
    AfterExecute,

    /// <summary>More rows of a query are asked for.</summary>
    Fetch,

    /// <summary>A commit was asked for and is not done yet.</summary>
    BeforeCommit,

    /// <summary>A commit is done, its answer not sent yet.</summary>
    AfterCommit,

    /// <summary>A rollback was asked for and is not done yet.</summary>
    BeforeRollback,
}

/// <summary>What happens at a <see cref="FaultPoint"/>.</summary>
public sealed class Fault
{
    private Fault()
    {
    }

    internal bool Drops { get; private init; }

    internal bool Resets { get; private init; }

    internal Task? Until { get; private init; }

    internal TimeSpan Time { get; private init; }

    internal bool IsDeaf { get; private init; }

    internal int Code { get; private init; }

    internal string Message { get; private init; } = "";

    internal Fault? Next { get; private init; }

    /// <summary>Closes the connection; its transaction is rolled back.</summary>
    /// <param name="reset">Sends RST (the driver reports 12570) in place of FIN (12537).</param>
    public static Fault Drop(bool reset = false) => new() { Drops = true, Resets = reset };

    /// <summary>Lets the client wait so long. A cancel ends the wait unless the fault is deaf.</summary>
    /// <param name="time">How long. Not negative.</param>
    /// <param name="deaf">Ignore a cancel, as a hung server does.</param>
    public static Fault Delay(TimeSpan time, bool deaf = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return new Fault { Time = time, IsDeaf = deaf };
    }

    /// <summary>Lets the client wait until a task completes. A cancel ends the wait.</summary>
    public static Fault Hold(Task until)
    {
        ArgumentNullException.ThrowIfNull(until);
        return new Fault { Until = until };
    }

    /// <summary>Answers with an error.</summary>
    /// <param name="code">Oracle's code, positive.</param>
    /// <param name="message">Text behind the code; the default says that it was injected.</param>
    public static Fault Error(int code, string? message = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 1);
        return new Fault { Code = code, Message = message ?? "injected by the embedded server" };
    }

    /// <summary>This, and another fault after it.</summary>
    public Fault Then(Fault next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Fault
        {
            Drops = Drops,
            Resets = Resets,
            Until = Until,
            Time = Time,
            IsDeaf = IsDeaf,
            Code = Code,
            Message = Message,
            Next = Next == null ? next : Next.Then(next),
        };
    }
}
