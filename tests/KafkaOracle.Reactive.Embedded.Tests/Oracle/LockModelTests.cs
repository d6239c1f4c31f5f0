using CsCheck;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

/// <summary>Transactions of several sessions, statement by statement, against a model of rows, keys and locks. Nobody waits: conflicts are errors.</summary>
public sealed class LockModelTests : OracleFixture
{
    private const int Sessions = 3, Keys = 5;

    public LockModelTests() : base(new EmbeddedOracleOptions { LockWait = TimeSpan.Zero })
    {
    }

    private enum Kind
    {
        Insert,
        Update,
        Move,
        Delete,
        UpdateAll,
        SkipLocked,
        Savepoint,
        RollbackTo,
        Commit,
        Rollback,
    }

    private readonly record struct Step(int Session, Kind Kind, int Key, int Other);

    private static readonly Gen<Step> AnyStep =
        from session in Gen.Int[0, Sessions - 1]
        from kind in Gen.Frequency(
            (5, Gen.Const(Kind.Insert)), (3, Gen.Const(Kind.Update)), (2, Gen.Const(Kind.Move)), (3, Gen.Const(Kind.Delete)), (1, Gen.Const(Kind.UpdateAll)),
            (1, Gen.Const(Kind.SkipLocked)), (2, Gen.Const(Kind.Savepoint)), (1, Gen.Const(Kind.RollbackTo)), (2, Gen.Const(Kind.Commit)), (1, Gen.Const(Kind.Rollback)))
        from key in Gen.Int[1, Keys]
        from other in Gen.Int[1, Keys]
        select new Step(session, kind, key, other);

    [Fact]
    public void Behaves_like_a_model_of_rows_keys_and_locks()
    {
        using var watching = Open();
        Run(watching, "CREATE TABLE M (ID NUMBER(5) PRIMARY KEY, V NUMBER(9))");
        var connections = Enumerable.Range(0, Sessions).Select(_ => Open()).ToArray();
        // Within a transaction of the driver's nothing commits by itself; the steps end it by SQL.
        foreach (var connection in connections) connection.BeginTransaction();

        AnyStep.Array[10, 40].Sample(
            steps =>
            {
                foreach (var connection in connections) Run(connection, "ROLLBACK");
                Run(watching, "TRUNCATE TABLE M");
                var model = new Model();
                var value = 0;
                foreach (var step in steps)
                {
                    value++;
                    var (code, rows) = Apply(connections[step.Session], step, value);
                    var expected = model.Apply(step, value);
                    (code, rows).Should().Be(expected, "of {0}", step);
                    Rows(connections[step.Session], "SELECT ID, V FROM M ORDER BY ID").Should().Equal(model.Seen(step.Session), "after {0} the session sees its own changes", step);
                    Rows(watching, "SELECT ID, V FROM M ORDER BY ID").Should().Equal(model.Seen(null), "after {0} others see what is committed", step);
                }
            },
            iter: 60,
            threads: 1);

        foreach (var connection in connections) connection.Dispose();
    }

    private static (int Code, long Rows) Apply(OracleConnection connection, Step step, int value)
    {
        using var command = Command(connection, step.Kind switch
        {
            Kind.Insert => $"INSERT INTO M VALUES ({step.Key}, {value})",
            Kind.Update => $"UPDATE M SET V = {value} WHERE ID = {step.Key}",
            Kind.Move => $"UPDATE M SET ID = {step.Other} WHERE ID = {step.Key}",
            Kind.Delete => $"DELETE FROM M WHERE ID = {step.Key}",
            Kind.UpdateAll => $"UPDATE M SET V = {value}",
            Kind.SkipLocked => "SELECT ID FROM M FOR UPDATE SKIP LOCKED",
            Kind.Savepoint => "SAVEPOINT S" + step.Key,
            Kind.RollbackTo => "ROLLBACK TO S" + step.Key,
            Kind.Commit => "COMMIT",
            _ => "ROLLBACK",
        });
        try
        {
            if (step.Kind == Kind.SkipLocked) return (0, Rows(connection, command.CommandText).Count);
            long rows = command.ExecuteNonQuery();
            return (0, step.Kind is Kind.Insert or Kind.Update or Kind.Move or Kind.Delete or Kind.UpdateAll ? rows : 0);
        }
        catch (OracleException e)
        {
            return (e.Number, 0);
        }
    }

    /// <summary>Rows have numbers of their own, since keys can move. What a session did is a stack of layers, one a savepoint.</summary>
    private sealed class Model
    {
        private readonly Dictionary<int, (int Key, int Value)> _committed = [];
        private readonly List<Layer>[] _sessions = [.. Enumerable.Range(0, Sessions).Select(_ => new List<Layer>())];
        private int _lastRow;

        private sealed record Layer(Dictionary<int, (int Key, int Value)?> Rows, HashSet<int> Locked)
        {
            public string? Name { get; set; }
        }

        public IEnumerable<string> Seen(int? session) => View(session).Values.OrderBy(r => r.Key).Select(r => $"{r.Key},{r.Value}");

        public (int Code, long Rows) Apply(Step step, int value)
        {
            var (me, view) = (_sessions[step.Session], View(step.Session));
            var rows = view.Where(r => r.Value.Key == step.Key).Select(r => r.Key).ToList();
            switch (step.Kind)
            {
                case Kind.Insert:
                    return rows.Count > 0 ? (GivesUp(step.Session, rows) ? 54 : 1, 0) : Write(step.Session, [(++_lastRow, (step.Key, value))]);
                case Kind.Update:
                    return Write(step.Session, [.. rows.Select(r => (r, ((int, int)?)(step.Key, value)))]);
                case Kind.Move:
                    var there = view.Where(r => r.Value.Key == step.Other).Select(r => r.Key).Except(rows).ToList();
                    if (rows.Count > 0 && there.Count > 0) return (GivesUp(step.Session, [.. rows, .. there]) ? 54 : 1, 0);
                    return Write(step.Session, [.. rows.Select(r => (r, ((int, int)?)(step.Other, view[r].Value)))]);
                case Kind.Delete:
                    return Write(step.Session, [.. rows.Select(r => (r, ((int, int)?)null))]);
                case Kind.UpdateAll:
                    return Write(step.Session, [.. view.Select(r => (r.Key, ((int, int)?)(r.Value.Key, value)))]);
                case Kind.SkipLocked:
                    var free = view.Keys.Where(r => !IsLocked(step.Session, r)).ToList();
                    if (free.Count > 0) Top(me).Locked.UnionWith(free);
                    return (0, free.Count);
                case Kind.Savepoint:
                    Top(me);
                    foreach (var layer in me) if (layer.Name == "S" + step.Key) layer.Name = null;
                    me.Add(new Layer([], []) { Name = "S" + step.Key });
                    return (0, 0);
                case Kind.RollbackTo:
                    var at = me.FindIndex(l => l.Name == "S" + step.Key);
                    if (at < 0) return (1086, 0);
                    me.RemoveRange(at, me.Count - at);
                    me.Add(new Layer([], []) { Name = "S" + step.Key });
                    return (0, 0);
                case Kind.Commit:
                    foreach (var (row, image) in me.SelectMany(l => l.Rows))
                    {
                        if (image is { } kept) _committed[row] = kept;
                        else _committed.Remove(row);
                    }
                    me.Clear();
                    return (0, 0);
                default:
                    me.Clear();
                    return (0, 0);
            }
        }

        private (int Code, long Rows) Write(int session, List<(int Row, (int Key, int Value)? Image)> changes)
        {
            if (changes.Exists(c => IsLocked(session, c.Row) || (c.Image is { } image && Others(session).Any(o => HeldKeys(o).Contains(image.Key))))) return (54, 0);
            if (changes.Count > 0) foreach (var (row, image) in changes) Top(_sessions[session]).Rows[row] = image;
            return (0, changes.Count);
        }

        /// <summary>Whether another session changes or deletes one of the rows so that its key comes free.</summary>
        private bool GivesUp(int session, List<int> rows) => Others(session).Any(o => rows.Exists(r =>
            _committed.TryGetValue(r, out var row) && o.Exists(l => l.Rows.ContainsKey(r)) && !HeldKeys(o).Contains(row.Key)));

        private bool IsLocked(int session, int row) =>
            _committed.ContainsKey(row) && Others(session).Any(o => o.Exists(l => l.Rows.ContainsKey(row) || l.Locked.Contains(row)));

        private static HashSet<int> HeldKeys(List<Layer> session) => [.. session.SelectMany(l => l.Rows.Values).Where(r => r != null).Select(r => r!.Value.Key)];

        private IEnumerable<List<Layer>> Others(int session) => _sessions.Where((_, i) => i != session);

        private static Layer Top(List<Layer> session)
        {
            if (session.Count == 0) session.Add(new Layer([], []));
            return session[^1];
        }

        private Dictionary<int, (int Key, int Value)> View(int? session)
        {
            var view = new Dictionary<int, (int Key, int Value)>(_committed);
            if (session is not { } number) return view;
            foreach (var (row, image) in _sessions[number].SelectMany(l => l.Rows))
            {
                if (image is { } kept) view[row] = kept;
                else view.Remove(row);
            }
            return view;
        }
    }
}
