using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>What a name in a block stands for.</summary>
internal abstract record Symbol;

/// <summary>A variable, or a host bind, under its number among the values of a run.</summary>
internal sealed record Variable(int Slot, OracleType Type, PlSqlType Kind = PlSqlType.Sql) : Symbol
{
    public bool IsConstant { get; init; }

    public bool NotNull { get; init; }

    /// <summary>Among the cursors of a run; for cursor variables and binds only.</summary>
    public int Cursor { get; init; } = -1;
}

internal sealed record RecordSymbol(IReadOnlyList<(string Name, Variable Field)> Fields) : Symbol;

/// <summary>A declared cursor: its query, what its parameters are assigned to, and what its rows have.</summary>
internal sealed record CursorSymbol(
    int Index, Translated<TranslatedQuery> Query, ForUpdate? Locking, IReadOnlyList<Variable> Parameters, IReadOnlyList<Evaluation?> Defaults, IReadOnlyList<OutputColumn> Columns) : Symbol;

/// <summary>An exception: the number of the error that it stands for, or a key of its own.</summary>
internal sealed class ExceptionSymbol(string key)
{
    public string Key => key;

    public int? Code { get; set; }
}

/// <summary>The names that a block declares, and those around it.</summary>
internal sealed class Names(Names? outer, string? label)
{
    private readonly Dictionary<string, Symbol> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ExceptionSymbol> _exceptions = new(StringComparer.Ordinal);

    public void Declare(string name, Symbol symbol, int position)
    {
        if (_exceptions.ContainsKey(name) || !_symbols.TryAdd(name, symbol)) throw new PlSqlError($"PLS-00371: at most one declaration for '{name}' is permitted", position);
    }

    public void Declare(string name, ExceptionSymbol symbol, int position)
    {
        if (_symbols.ContainsKey(name) || !_exceptions.TryAdd(name, symbol)) throw new PlSqlError($"PLS-00371: at most one declaration for '{name}' is permitted", position);
    }

    public ExceptionSymbol? FindException(string name) => _exceptions.TryGetValue(name, out var found) ? found : outer?.FindException(name);

    public Symbol? Find(string name) => _symbols.TryGetValue(name, out var found) ? found : outer?.Find(name);

    /// <summary>A record's field, or what the block or loop of that label declares.</summary>
    public Symbol? Find(string? qualifier, string name)
    {
        if (qualifier == null) return Find(name);
        if (Find(qualifier) is RecordSymbol record) return record.Fields.FirstOrDefault(f => f.Name == name).Field;
        for (var names = this; names != null; names = names.Outer)
            if (names.Label == qualifier) return names._symbols.GetValueOrDefault(name);
        return null;
    }

    private Names? Outer => outer;

    private string? Label => label;
}
