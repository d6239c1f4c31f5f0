using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>How far a call has come, for the block that ends it with an error.</summary>
internal sealed class CallProgress
{
    public Cursor? Cursor { get; set; }

    /// <summary>Rows done before the error.</summary>
    public long Rows { get; set; }

    public CallStatus Status { get; set; }
}
