using System.Collections.Frozen;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Sorts the errors of the database by what is done about them. <see cref="OracleStoreOptions.ErrorKinds"/> changes single codes.</summary>
public sealed partial class OracleErrorPolicy
{
    internal const int ArrayDml = 24381, Unique = 1, NameTaken = 955;

    private readonly FrozenDictionary<int, OracleErrorKind> _changed;

    /// <summary>The table, with some codes sorted otherwise.</summary>
    /// <param name="changed">A kind for each code that is to differ from the table, or that the table does not have; null for none.</param>
    public OracleErrorPolicy(IEnumerable<KeyValuePair<int, OracleErrorKind>>? changed = null) => _changed = (changed ?? []).ToFrozenDictionary();

    /// <summary>What a code means for a run.</summary>
    /// <returns><see cref="OracleErrorKind.Unknown"/> for a code that is in no table.</returns>
    public OracleErrorKind KindOf(int code)
        => _changed.TryGetValue(code, out var changed) ? changed : ByCode.TryGetValue(code, out var rule) ? rule.Kind : OracleErrorKind.Unknown;

    /// <summary>What a person can do about a code; null where the table knows nothing.</summary>
    public static string? RemedyOf(int code) => ByCode.TryGetValue(code, out var rule) ? rule.Remedy : null;

    internal bool IsData(int code) => KindOf(code) == OracleErrorKind.Data;

    /// <summary>What an error of the driver, or one of this library's, means.</summary>
    internal OracleErrorKind KindOf(Exception fault) => fault switch
    {
        OracleStoreException store => store.Kind,
        OracleException oracle => KindOf(oracle.Number),
        CommitInDoubtException => OracleErrorKind.Transient,            // the ledger has the answer
        MergeConflictException => OracleErrorKind.Transient,
        IOException or TimeoutException or System.Net.Sockets.SocketException => OracleErrorKind.Transient,
        _ => OracleErrorKind.Unknown,
    };

    /// <summary>An error of the driver as this library's, with the remedy in its message.</summary>
    /// <param name="what">What failed, before the error's own text.</param>
    /// <param name="fault">The error.</param>
    /// <param name="outcome">What is left, after it.</param>
    internal OracleStoreException Explain(string what, Exception fault, string outcome = "") => fault switch
    {
        OracleException oracle => new(Sentence(what, Text(oracle.Number, oracle.Message), outcome), fault, oracle.Number, KindOf(oracle.Number)),
        OracleStoreException store => new(Sentence(what, store.Message, outcome), store, store.Number, store.Kind),
        _ => new(Sentence(what, fault.Message, outcome), fault, 0, KindOf(fault)),
    };

    /// <summary>An error of one element of an array.</summary>
    internal OracleStoreException Explain(OracleError error, OracleException fault) => new(Text(error.Number, error.Message), fault, error.Number, KindOf(error.Number));

    private string Text(int code, string message)
    {
        var advice = KindOf(code) == OracleErrorKind.Unknown
            ? $"ORA-{code:00000} is not in the table of errors, so it is not tried again. If it should be, or if only its row is to blame, say so in the option ErrorKinds." : RemedyOf(code);
        return $"{message.Trim()} {advice}".TrimEnd();
    }

    private static string Sentence(string what, string message, string outcome) => $"{what}{message.Trim()} {outcome}".TrimEnd();
}
