namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>The client sent a break marker in place of, or while the server worked on, a request.</summary>
internal sealed class BreakException(byte kind) : Exception("The client sent a break marker.")
{
    public const byte Break = 1;
    public const byte Reset = 2;

    /// <summary>1 or 3 for a break, 2 for a reset.</summary>
    public byte Kind { get; } = kind;

    /// <summary>The kind in the body of a MARKER packet, its third byte.</summary>
    public static byte KindOf(ReadOnlySpan<byte> marker) => marker.Length > 2 ? marker[2] : (byte)0;
}

/// <summary>The server drops the connection on purpose: an injected fault.</summary>
internal sealed class DropConnectionException(bool reset) : Exception("The connection is dropped on purpose.")
{
    public bool Reset { get; } = reset;
}

/// <summary>The client went away in the middle of a call.</summary>
internal sealed class ClientGoneException() : IOException("The client closed the connection.");
