using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>An expression as SQLite evaluates it, its type, and the values that it reads by their numbers.</summary>
internal sealed record Evaluation(string Text, OracleType Type, IReadOnlyList<int> Slots)
{
    /// <summary>The value that it is, unchanged; null when something has to be computed.</summary>
    public int? PlainSlot { get; } = Slots is [var only] && Text == $"SELECT ?{only + 1}" ? only : null;
}

/// <summary>A statement of a block, translated for the data dictionary as it is; DDL that the block executes makes it be translated again.</summary>
/// <param name="translate">Translates it, and adds the numbers of the values that it reads.</param>
internal sealed class Translated<T>(Func<Catalog, ISet<int>, T> translate) where T : class
{
    private readonly SortedSet<int> _slots = [];
    private T? _plan;
    private int _version;

    public IReadOnlyCollection<int> Slots => _slots;

    public T For(Catalog catalog)
    {
        if (_plan != null && _version == catalog.Version) return _plan;
        _slots.Clear();
        _plan = translate(catalog, _slots);
        _version = catalog.Version;
        return _plan;
    }
}
