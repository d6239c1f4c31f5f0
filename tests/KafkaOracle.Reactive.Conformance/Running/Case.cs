using Xunit.Sdk;

namespace KafkaOracle.Reactive.Conformance;

/// <summary>One behaviour that users rely on, where it is documented, and the steps that show it.</summary>
/// <remarks>In SQL and in expected texts, {name} stands for a table (view, sequence ..) of the case's own and {user} for its schema.</remarks>
public sealed class Case(string name, string reference)
{
    private readonly List<Action<Session>> _steps = [];

    public string Name { get; } = name;

    public string Reference { get; } = reference;

    /// <summary>Why the embedded server fails the case; null when it passes.</summary>
    public string? Gap { get; private set; }

    /// <summary>A query of one expression: <paramref name="expected"/> is written as <see cref="Show"/> writes values.</summary>
    public static Case Value(string expression, string expected, string reference) =>
        new Case($"{expression} is {expected}", reference).Rows($"SELECT {expression} FROM DUAL", expected);

    /// <summary>A query whose rows have this order.</summary>
    public static Case Query(string name, string reference, string sql, params string[] rows) => new Case(name, reference).Rows(sql, rows);

    /// <summary>Executes a statement.</summary>
    public Case Run(string sql, params Bind[] binds) => Do(s => s.Run(sql, binds));

    /// <summary>Executes a statement that reports this many rows.</summary>
    public Case Affects(int rows, string sql, params Bind[] binds) => Do(s => s.Run(sql, binds).Should().Be(rows, "{0} rows are affected by {1}", rows, sql));

    /// <summary>Expects these rows of a query in this order, values separated by a bar.</summary>
    public Case Rows(string sql, params string[] rows) => Do(s => s.Rows(sql).Should().Equal(rows.Select(s.Named), "{0} returns them", sql));

    /// <summary>Expects these rows of a query with binds.</summary>
    public Case Rows(string sql, Bind[] binds, params string[] rows) => Do(s => s.Rows(sql, binds).Should().Equal(rows, "{0} returns them", sql));

    /// <summary>Expects an error of one of these texts, * standing for anything, as they are up to 21c.</summary>
    public Case Fails(string sql, int code, params string[] texts) => Do(s => s.Fails(sql, [code], texts));

    /// <summary>Expects an error of one of these codes.</summary>
    public Case Fails(string sql, int[] codes) => Do(s => s.Fails(sql, codes));

    /// <summary>Expects an error of a statement with binds.</summary>
    public Case Fails(string sql, Bind[] binds, int code, params string[] texts) => Do(s => s.Fails(sql, [code], texts, binds));

    /// <summary>Anything else.</summary>
    public Case Do(Action<Session> step)
    {
        _steps.Add(step);
        return this;
    }

    /// <summary>
    /// Marks a case that the embedded server fails: there it is skipped, and fails as soon as it would pass. A real Oracle has to pass it.
    /// </summary>
    public Case KnownGap(string reason)
    {
        Gap = reason;
        return this;
    }

    /// <exception cref="InvalidOperationException">The server does not behave so.</exception>
    public void Run(Target target)
    {
        using var session = new Session(target);
        try
        {
            foreach (var step in _steps) step(session);
        }
        catch (Exception fault) when (fault is not SkipException)
        {
            session.HasFailed = true;
            throw new InvalidOperationException($"{fault.Message}{Environment.NewLine}Last statement of its first connection: {session.LastStatement}{Environment.NewLine}Documented in: {Reference}", fault);
        }
    }
}
