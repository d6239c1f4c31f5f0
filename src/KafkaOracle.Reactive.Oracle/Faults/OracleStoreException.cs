namespace KafkaOracle.Reactive;

/// <summary>The database refused, or cannot be reached. The driver's exception, where there is one, is inside.</summary>
public sealed class OracleStoreException : Exception
{
    internal OracleStoreException(string message, Exception? inner = null, int number = 0, bool isTransient = false) : base(message, inner)
        => (Number, IsTransient) = (number, isTransient);

    /// <summary>The ORA code; 0 where there is none.</summary>
    public int Number { get; }

    /// <summary>Whether the same may well succeed later.</summary>
    public bool IsTransient { get; }
}
