namespace KafkaOracle.Reactive;

/// <summary>What becomes of a record that breaks a rule. The worst of the rules it breaks decides.</summary>
public enum Severity
{
    /// <summary>It is good, and is reported as well.</summary>
    Warning,

    /// <summary>It is dropped: it is counted, and goes nowhere.</summary>
    Drop,

    /// <summary>It is bad.</summary>
    Error,
}
