using System.Diagnostics;
using System.Numerics;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A SQLite connection of a session, with the functions defined and the statements prepared. Used by one thread at a time.</summary>
internal sealed class SessionConnection : IDisposable
{
    private const int MostPrepared = 300;

    // Whoever cancels sooner waits for the change: what the transaction did before is worth it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, SqliteStatement> _statements = [];
    private readonly Action _forgetTrees;
    private bool _isQuery;
    private long _changeBegan;                                  // 0: none is under way

    /// <param name="database">What it connects to.</param>
    /// <param name="settings">What ALTER SESSION sets.</param>
    /// <param name="currentNumbers">The session's CURRVALs.</param>
    /// <param name="session">The session's name, which its rows of temporary tables have.</param>
    /// <param name="shallStop">Asked while a statement runs, with whether a cancel may end it; true ends it.</param>
    public SessionConnection(Database database, SessionSettings settings, Dictionary<string, BigInteger> currentNumbers, string session, Func<bool, bool> shallStop)
    {
        Handle = database.Open();
        var functions = new FunctionSet(Handle);
        Handle.Execute("PRAGMA foreign_keys=ON");
        NumberFunctions.Define(functions, settings);
        Aggregates.Define(functions);
        TextFunctions.Define(functions);
        RegexFunctions.Define(functions);
        JsonFunctions.Define(functions);
        JsonMakers.Define(functions);
        JsonTables.Define(functions);
        WindowFunctions.Define(functions);
        Percentiles.Define(functions);
        PackedRows.Define(functions);
        _forgetTrees = TreeFunctions.Define(functions);
        FitFunctions.Define(functions);
        IntervalFunctions.Define(functions);
        SequenceFunctions.Define(functions, database.Sequences, () => database.Catalog, currentNumbers);
        InstantFunctions.Define(functions, settings, () => Now);
        ContextFunctions.Define(functions, settings, () => database.Catalog);
        functions.Define("o_session", 0, _ => session);
        functions.Define("o_outside_view", 0, _ => throw new OracleError(1402, "view WITH CHECK OPTION where-clause violation"), deterministic: false);
        Handle.OnProgress(() => shallStop(_isQuery || (_changeBegan != 0 && Stopwatch.GetElapsedTime(_changeBegan) >= Patience)));
    }

    public SqliteHandle Handle { get; }

    /// <summary>What SYSDATE reads.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Before a statement.</summary>
    public void Begin(DateTimeOffset now)
    {
        Now = now;
        _forgetTrees();
    }

    /// <summary>The statement, prepared once.</summary>
    public SqliteStatement Prepared(string text)
    {
        if (_statements.TryGetValue(text, out var statement)) return statement;
        return _statements[text] = Handle.Prepare(text);
    }

    public void Execute(string text) => Prepared(text).Run();

    /// <summary>Steps a query, which a cancel may interrupt.</summary>
    public bool Step(SqliteStatement query)
    {
        _isQuery = true;
        try
        {
            return query.Step();
        }
        finally
        {
            _isQuery = false;
        }
    }

    /// <summary>Does what changes something. A cancel interrupts it when it runs for long: SQLite then rolls its whole transaction back.</summary>
    public T Change<TState, T>(TState state, Func<TState, T> change)
    {
        _changeBegan = Stopwatch.GetTimestamp();
        try
        {
            return change(state);
        }
        finally
        {
            _changeBegan = 0;
        }
    }

    /// <summary>Between two calls: lets go of prepared statements when there are many.</summary>
    public void Trim()
    {
        if (_statements.Count >= MostPrepared) Forget();
    }

    public void Forget()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }

    public void Dispose()
    {
        Forget();
        Handle.Dispose();
    }
}
