namespace KafkaOracle.Reactive.Conformance.Transactions;

public sealed class LockTests(Target target) : CaseTests(target)
{
    private static readonly string RowLocks = Concepts("Data Concurrency and Consistency, Row Locks (TX)");
    private static readonly string ForUpdate = Sql("SELECT, for_update_clause");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, v NUMBER)")
        .Run("INSERT INTO {t} VALUES (1, 0)")
        .Run("INSERT INTO {t} VALUES (2, 0)");

    public static CaseList Cases { get; } = new("Locks")
    {
        New("Readers wait for no writer", RowLocks).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1");
            s.Another().Rows("SELECT v FROM {t} WHERE id = 1").Should().Equal("0");
        }),
        New("Writers of different rows do not wait", RowLocks).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            other.Run("UPDATE {t} SET v = 2 WHERE id = 2");
            other.Run("INSERT INTO {t} VALUES (3, 3)");
            transaction.Commit();
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|1", "2|2", "3|3");
        }),
        New("A second writer of a row waits for the first", RowLocks).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = v + 1 WHERE id = 1");
            var second = Task.Run(() => other.Run("UPDATE {t} SET v = v * 10 WHERE id = 1"));
            s.Run("UPDATE {t} SET v = v + 1 WHERE id = 1");
            second.IsCompleted.Should().BeFalse();
            transaction.Commit();
            Result(second).Should().Be(1);
            s.Rows("SELECT v FROM {t} WHERE id = 1").Should().Equal("20");
        }),
        New("A writer that waited looks at the row anew", Concepts("Data Concurrency and Consistency, Write Conflicts in Read Committed Transactions")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 5 WHERE id = 1");
            var second = Task.Run(() => other.Run("UPDATE {t} SET v = 9 WHERE id = 1 AND v = 0"));
            transaction.Commit();
            Result(second).Should().Be(0);
            s.Rows("SELECT v FROM {t} WHERE id = 1").Should().Equal("5");
        }),
        New("A writer that waited for a rollback goes on", RowLocks).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 5 WHERE id = 1");
            var second = Task.Run(() => other.Run("UPDATE {t} SET v = v + 1 WHERE id = 1 AND v = 0"));
            transaction.Rollback();
            Result(second).Should().Be(1);
            s.Rows("SELECT v FROM {t} WHERE id = 1").Should().Equal("1");
        }),
        New("A deleted row is not there for who waited for it", RowLocks).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("DELETE FROM {t} WHERE id = 1");
            var second = Task.Run(() => other.Run("UPDATE {t} SET v = 9 WHERE id = 1"));
            transaction.Commit();
            Result(second).Should().Be(0);
        }),
        New("An equal key waits, and is refused after the commit", Concepts("Data Concurrency and Consistency, Row Locks (TX); ORA-00001")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("INSERT INTO {t} VALUES (3, 1)");
            var second = Task.Run(() => other.Run("INSERT INTO {t} VALUES (3, 2)"));
            s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("3");
            second.IsCompleted.Should().BeFalse();
            transaction.Commit();
            s.Fails(() => Result(second), [1]);
        }),
        New("An equal key waits, and is stored after a rollback", RowLocks).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("INSERT INTO {t} VALUES (3, 1)");
            var second = Task.Run(() => other.Run("INSERT INTO {t} VALUES (3, 2)"));
            transaction.Rollback();
            Result(second).Should().Be(1);
            s.Rows("SELECT v FROM {t} WHERE id = 3").Should().Equal("2");
        }),
        New("FOR UPDATE holds rows, NOWAIT does not wait for them", Error(54)).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Rows("SELECT id FROM {t} WHERE id = 1 FOR UPDATE").Should().Equal("1");
            other.Connection.BeginTransaction();
            other.Fails("SELECT id FROM {t} WHERE id = 1 FOR UPDATE NOWAIT", [54]);
            other.Rows("SELECT id FROM {t} WHERE id = 2 FOR UPDATE NOWAIT").Should().Equal("2");
        }),
        New("WAIT n gives up after n seconds", Error(30006)).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            other.Connection.BeginTransaction();
            other.Fails("SELECT id FROM {t} WHERE id = 1 FOR UPDATE WAIT 1", [30006]);
        }),
        New("SKIP LOCKED takes the rows that are free", ForUpdate).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Rows("SELECT id FROM {t} WHERE id = 1 FOR UPDATE").Should().Equal("1");
            other.Connection.BeginTransaction();
            other.Rows("SELECT id FROM {t} ORDER BY id FOR UPDATE SKIP LOCKED").Should().Equal("2");
        }),
        New("FOR UPDATE OF holds the rows of one table", ForUpdate).Do(s =>
        {
            s.Run("CREATE TABLE {u} (id NUMBER)");
            s.Run("INSERT INTO {u} VALUES (1)");
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Rows("SELECT t.id FROM {t} t JOIN {u} u ON u.id = t.id FOR UPDATE OF t.v").Should().Equal("1");
            other.Connection.BeginTransaction();
            other.Rows("SELECT id FROM {u} FOR UPDATE NOWAIT").Should().Equal("1");
            other.Fails("SELECT id FROM {t} WHERE id = 1 FOR UPDATE NOWAIT", [54]);
        }),
        New("FOR UPDATE of groups is refused", ForUpdate).Fails("SELECT DISTINCT v FROM {t} FOR UPDATE", [1786, 2014]).Fails("SELECT v, COUNT(*) FROM {t} GROUP BY v FOR UPDATE", [1786, 2014]),
        New("A savepoint's rollback frees what was locked after it", Sql("ROLLBACK")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            transaction.Save("sp");
            s.Run("UPDATE {t} SET v = 1 WHERE id = 2");
            transaction.Rollback("sp");
            other.Connection.BeginTransaction();
            other.Rows("SELECT id FROM {t} WHERE id = 2 FOR UPDATE NOWAIT").Should().Equal("2");
            other.Fails("SELECT id FROM {t} WHERE id = 1 FOR UPDATE NOWAIT", [54]);
        }),
        New("A deadlock ends one of the two statements", Error(60)).Do(s =>
        {
            var other = s.Another();
            using var mine = s.Connection.BeginTransaction();
            using var theirs = other.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            other.Run("UPDATE {t} SET v = 2 WHERE id = 2");
            var first = Task.Run(() => s.Run("UPDATE {t} SET v = 1 WHERE id = 2"));
            var second = Task.Run(() => other.Run("UPDATE {t} SET v = 2 WHERE id = 1"));
            Task.WaitAny([first, second], Patience).Should().BeGreaterThanOrEqualTo(0, "a deadlock is found");
            var (loser, winner, lost) = first.IsCompleted ? (first, second, mine) : (second, first, theirs);
            s.Fails(() => Result(loser), [60]);
            lost.Rollback();
            Result(winner).Should().Be(1);
        }),
        New("A deadlock's loser keeps its transaction", Error(60)).Do(s =>
        {
            var other = s.Another();
            using var mine = s.Connection.BeginTransaction();
            using var theirs = other.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            other.Run("UPDATE {t} SET v = 2 WHERE id = 2");
            var first = Task.Run(() => s.Run("UPDATE {t} SET v = 1 WHERE id = 2"));
            var second = Task.Run(() => other.Run("UPDATE {t} SET v = 2 WHERE id = 1"));
            Task.WaitAny([first, second], Patience).Should().BeGreaterThanOrEqualTo(0, "a deadlock is found");
            var (loser, winner, lost) = first.IsCompleted ? (s, second, mine) : (other, first, theirs);
            loser.Rows("SELECT COUNT(*) FROM {t} WHERE v > 0").Should().Equal("1");
            lost.Commit();
            Result(winner).Should().Be(1);
        }),
        New("LOCK TABLE holds the table", Sql("LOCK TABLE")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("LOCK TABLE {t} IN EXCLUSIVE MODE");
            other.Connection.BeginTransaction();
            other.Fails("LOCK TABLE {t} IN ROW EXCLUSIVE MODE NOWAIT", [54]);
            other.Fails("SELECT id FROM {t} FOR UPDATE NOWAIT", [54]);
            other.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("2");
        }),
        New("Row locks of two sessions share a table", Sql("LOCK TABLE")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("LOCK TABLE {t} IN ROW EXCLUSIVE MODE");
            other.Connection.BeginTransaction();
            other.Run("LOCK TABLE {t} IN ROW EXCLUSIVE MODE NOWAIT");
            other.Fails("LOCK TABLE {t} IN SHARE MODE NOWAIT", [54]);
        }),
        New("A table that a transaction changes is not truncated or dropped", Error(54)).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            other.Fails("TRUNCATE TABLE {t}", [54]);
            other.Fails("DROP TABLE {t}", [54]);
        }),
        New("A child's insert holds its parent", Concepts("Data Concurrency and Consistency, Locks and Foreign Keys")).Do(s =>
        {
            s.Run("CREATE TABLE {c} (id NUMBER REFERENCES {t} (id))");
            s.Run("CREATE INDEX {i} ON {c} (id)");
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("INSERT INTO {c} VALUES (1)");
            var second = Task.Run(() => other.Run("DELETE FROM {t} WHERE id = 1"));
            s.Rows("SELECT COUNT(*) FROM {c}").Should().Equal("1");
            second.IsCompleted.Should().BeFalse();
            transaction.Commit();
            s.Fails(() => Result(second), [2292]);
        }),
        New("Increments of many sessions all count", RowLocks).Do(s =>
        {
            Task.WaitAll([.. Enumerable.Range(0, 4).Select(_ => s.Another()).ToList().Select(other => Task.Run(() =>
            {
                for (var i = 0; i < 25; i++) other.Run("UPDATE {t} SET v = v + 1 WHERE id = 1");
            }))], Patience).Should().BeTrue();
            s.Rows("SELECT v FROM {t} WHERE id = 1").Should().Equal("100");
        }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);

    private static int Result(Task<int> task)
    {
        Task.WaitAny([task], Patience).Should().Be(0, "the statement ends");
        return task.GetAwaiter().GetResult();
    }
}
