using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The values of all sequences, which no rollback takes back. A kept file learns how far they are with every commit, so that no
/// committed row has a number that a restart would give out again.
/// </summary>
internal sealed class Sequences
{
    private readonly ConcurrentDictionary<(string Name, int Incarnation), Position> _positions = new();
    private volatile bool _isAhead;

    public BigInteger Next(Sequence sequence, string schema)
    {
        var options = sequence.Options;
        var position = _positions.GetOrAdd((sequence.Name, sequence.Incarnation), _ => new Position());
        lock (position)
        {
            var value = position.Last is { } last ? last + options.Step : options.First;
            if (value > options.Most || value < options.Least)
            {
                if (options.Cycles != true)
                {
                    throw new OracleError(8004, options.Step.Sign > 0
                        ? $"sequence {schema}.{sequence.Name}.NEXTVAL exceeds MAXVALUE and cannot be instantiated"
                        : $"sequence {schema}.{sequence.Name}.NEXTVAL goes below MINVALUE and cannot be instantiated");
                }
                value = options.Step.Sign > 0 ? options.Least : options.Most;
            }
            position.Last = value;
            _isAhead = true;
            return value;
        }
    }

    /// <summary>The number that comes next, without taking it.</summary>
    public BigInteger Peek(Sequence sequence) =>
        _positions.TryGetValue((sequence.Name, sequence.Incarnation), out var position) && position.Last is { } last ? last + sequence.Options.Step : sequence.Options.First;

    /// <summary>Writes into the open transaction how far the sequences are, if they moved since the last time.</summary>
    public void Save(SqliteHandle connection)
    {
        if (!_isAhead) return;
        _isAhead = false;
        connection.Execute(CreateTable);
        using var insert = connection.Prepare("INSERT OR REPLACE INTO \"ora$sequence\" (name, incarnation, last) VALUES (?1, ?2, ?3)");
        foreach (var ((name, incarnation), position) in _positions)
        {
            if (position.Last is not { } last) continue;
            insert.BindText(1, Encoding.UTF8.GetBytes(name));
            insert.BindText(2, Encoding.UTF8.GetBytes(incarnation.ToString(CultureInfo.InvariantCulture)));
            insert.BindText(3, Encoding.UTF8.GetBytes(last.ToString(CultureInfo.InvariantCulture)));
            insert.Step();
            insert.Reset();
        }
    }

    /// <summary>A commit failed: what was saved in it is not.</summary>
    public void SaveAgain() => _isAhead = true;

    public void Load(SqliteHandle connection)
    {
        connection.Execute(CreateTable);
        using var rows = connection.Prepare("SELECT name, incarnation, last FROM \"ora$sequence\"");
        while (rows.Step())
        {
            var key = (rows.Text(0), int.Parse(rows.Text(1), CultureInfo.InvariantCulture));
            _positions[key] = new Position { Last = BigInteger.Parse(rows.Text(2), CultureInfo.InvariantCulture) };
        }
    }

    private const string CreateTable = "CREATE TABLE IF NOT EXISTS \"ora$sequence\" (name, incarnation, last, PRIMARY KEY (name, incarnation))";

    private sealed class Position
    {
        public BigInteger? Last { get; set; }
    }
}

/// <summary>NEXTVAL and CURRVAL of one session.</summary>
internal static class SequenceFunctions
{
    public static void Define(FunctionSet functions, Sequences sequences, Func<Catalog> catalog, Dictionary<string, BigInteger> current)
    {
        functions.Define("o_nextval", 1, a =>
        {
            var name = a.Text(0);
            current[name] = sequences.Next(catalog().FindSequence(name, 0), catalog().Schema);
            return new OracleNumber(current[name], 0);
        }, deterministic: false);
        functions.Define("o_currval", 1, a => current.TryGetValue(a.Text(0), out var value)
            ? new OracleNumber(value, 0)
            : throw new OracleError(8002, $"sequence {catalog().Schema}.{a.Text(0)}.CURRVAL is not yet defined in this session"), deterministic: false);
        functions.Define("o_last_number", 1, a => new OracleNumber(sequences.Peek(catalog().FindSequence(a.Text(0), 0)), 0), deterministic: false);
    }
}
