namespace KafkaOracle.Reactive;

/// <summary>The database refused, or cannot be reached. The driver's exception, where there is one, is inside.</summary>
public sealed class OracleStoreException : Exception
{
    internal OracleStoreException(string message, Exception? inner = null, int number = 0, OracleErrorKind kind = OracleErrorKind.Contract) : base(message, inner)
        => (Number, Kind) = (number, kind);

    /// <summary>The ORA code; 0 where there is none.</summary>
    public int Number { get; }

    /// <summary>How it is sorted: see <see cref="OracleErrorPolicy"/>.</summary>
    public OracleErrorKind Kind { get; }

    /// <summary>Whether the same may well succeed later: its kind is <see cref="OracleErrorKind.Transient"/> or <see cref="OracleErrorKind.Resource"/>.</summary>
    public bool IsTransient => Kind is OracleErrorKind.Transient or OracleErrorKind.Resource;
}
