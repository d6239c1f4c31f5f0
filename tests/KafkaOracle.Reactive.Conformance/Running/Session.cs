using System.Text.RegularExpressions;

namespace KafkaOracle.Reactive.Conformance;

/// <summary>A case's connection, its further connections, and the objects it creates, which are gone when it ends.</summary>
public sealed partial class Session : IDisposable
{
    private readonly Target _target;
    private readonly string _prefix;
    private readonly List<Session> _others = [];
    private readonly List<(string Kind, string Name)> _created = [];

    public Session(Target target)
        : this(target, target.NextPrefix(), pooled: true)
    {
    }

    private Session(Target target, string prefix, bool pooled)
    {
        _target = target;
        _prefix = prefix;
        Connection = target.Open(pooled);
        User = (string)Scalar("SELECT USER FROM DUAL")!;
    }

    public OracleConnection Connection { get; }

    public string User { get; }

    /// <summary>For messages.</summary>
    public string LastStatement { get; private set; } = "";

    /// <summary>A case that failed says why, not what cannot be dropped after it.</summary>
    public bool HasFailed { get; set; }

    public string ConnectionString => _target.ConnectionString;

    /// <summary>A second session, with a connection of its own, that knows the same names.</summary>
    public Session Another()
    {
        var other = new Session(_target, _prefix, pooled: false);
        _others.Add(other);
        return other;
    }

    /// <summary>Puts the case's names in place of {name}.</summary>
    public string Named(string text) => Placeholder().Replace(text, m => m.Groups[1].Value == "user" ? User : _prefix + m.Groups[1].Value.ToUpperInvariant());

    public OracleCommand Command(string sql, params Bind[] binds)
    {
        var command = Connection.CreateCommand();
        command.BindByName = true;
        command.CommandText = LastStatement = Named(sql);
        foreach (var bind in binds) command.Parameters.Add(bind.ToParameter());
        return command;
    }

    /// <summary>An array command: one execution a row.</summary>
    public OracleCommand ArrayCommand(string sql, int count, params (string Name, OracleDbType Type, Array Values)[] binds)
    {
        var command = Command(sql);
        command.ArrayBindCount = count;
        foreach (var (name, type, values) in binds) command.Parameters.Add(new OracleParameter(name, type) { Value = values });
        return command;
    }

    /// <summary>Executes a statement and returns how many rows it changed. A transaction is under way only when <see cref="Connection"/> began one.</summary>
    public int Run(string sql, params Bind[] binds)
    {
        using var command = Command(sql, binds);
        var rows = command.ExecuteNonQuery();
        Note(sql);
        return rows;
    }

    public object? Scalar(string sql, params Bind[] binds)
    {
        using var command = Command(sql, binds);
        return command.ExecuteScalar();
    }

    public List<string> Rows(string sql, params Bind[] binds)
    {
        using var command = Command(sql, binds);
        return Rows(command);
    }

    public static List<string> Rows(OracleCommand command)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(Show.Row(reader));
        return rows;
    }

    /// <summary>Executes and, if it is a query, reads a statement that fails with one of these codes and one of these texts.</summary>
    public OracleException Fails(string sql, int[] codes, string[]? texts = null, params Bind[] binds)
    {
        return Fails(
            () =>
            {
                using var command = Command(sql, binds);
                using var reader = command.ExecuteReader();
                while (reader.Read()) Show.Row(reader);
                Note(sql);
            },
            codes,
            texts);
    }

    public OracleException Fails(Action action, int[] codes, string[]? texts = null)
    {
        var error = action.Should().Throw<OracleException>().Which;
        codes.Should().Contain(error.Number, "{0} was not expected", error.Message);
        // 23ai words many messages anew; what they name they still name.
        var known = _target.HasTextsOf23 ? [.. (texts ?? []).Where(t => t.Contains('{', StringComparison.Ordinal))] : texts ?? [];
        if (known.Length == 0) return error;
        var text = error.Message.Split('\n')[0].TrimEnd('\r');
        var isKnown = known.Any(t => Regex.IsMatch(text, "^" + Regex.Escape($"ORA-{error.Number:00000}: {Named(t)}").Replace("\\*", ".*", StringComparison.Ordinal) + "$"));
        isKnown.Should().BeTrue("\"{0}\" should be one of: {1}", text, string.Join("; ", known.Select(Named)));
        return error;
    }

    public void Dispose()
    {
        foreach (var other in _others) other.Dispose();
        try
        {
            foreach (var (kind, name) in Enumerable.Reverse(_created)) Drop(kind, name);
        }
        finally
        {
            Connection.Dispose();
        }
    }

    private void Note(string sql)
    {
        if (Creation().Match(Named(sql)) is { Success: true } match) _created.Add((match.Groups[1].Value.ToUpperInvariant(), match.Groups[2].Value));
    }

    // What a case dropped itself is not there (ORA-00942, 02289, 04043); everything else is a fault of its own.
    private void Drop(string kind, string name)
    {
        try
        {
            if (Connection.State != ConnectionState.Open) Connection.Open();
            using var command = Connection.CreateCommand();
            command.CommandText = kind == "TABLE" ? $"DROP TABLE {name} CASCADE CONSTRAINTS PURGE" : $"DROP {kind} {name}";
            command.ExecuteNonQuery();
        }
        catch (OracleException error) when (HasFailed || error.Number is 942 or 2289 or 4043)
        {
        }
    }

    [GeneratedRegex(@"\{([a-z]\w*)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+TEMPORARY\s+)?(TABLE|VIEW|SEQUENCE)\s+(""[^""]+""|\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex Creation();
}
