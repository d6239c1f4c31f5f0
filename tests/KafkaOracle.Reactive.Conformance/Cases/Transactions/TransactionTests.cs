namespace KafkaOracle.Reactive.Conformance.Transactions;

public sealed class TransactionTests(Target target) : CaseTests(target)
{
    private static readonly string Consistency = Concepts("Data Concurrency and Consistency, Multiversion Read Consistency");
    private static readonly string Transaction = Driver("OracleTransaction Class");

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, v NUMBER)")
        .Run("INSERT INTO {t} VALUES (1, 0)");

    public static CaseList Cases { get; } = new("Transactions")
    {
        New("Without a transaction every statement commits", Driver("OracleConnection Class, BeginTransaction"))
            .Do(s => s.Another().Rows("SELECT id FROM {t}").Should().Equal("1")),
        New("Changes are one's own until the commit", Consistency).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1");
            s.Run("INSERT INTO {t} VALUES (2, 0)");
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|1", "2|0");
            other.Rows("SELECT id, v FROM {t}").Should().Equal("1|0");
            transaction.Commit();
            other.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|1", "2|0");
        }),
        New("A rollback undoes all", Transaction).Do(s =>
        {
            using (var transaction = s.Connection.BeginTransaction())
            {
                s.Run("DELETE FROM {t}");
                s.Run("INSERT INTO {t} VALUES (2, 0)");
                transaction.Rollback();
            }
            s.Rows("SELECT id FROM {t}").Should().Equal("1");
        }),
        New("A transaction that is disposed is rolled back", Transaction).Do(s =>
        {
            using (s.Connection.BeginTransaction()) s.Run("DELETE FROM {t}");
            s.Rows("SELECT id FROM {t}").Should().Equal("1");
        }),
        New("A connection that is closed rolls back", Driver("OracleConnection Class, Close")).Do(s =>
        {
            var other = s.Another();
            other.Connection.BeginTransaction();
            other.Run("DELETE FROM {t}");
            other.Connection.Close();
            s.Run("UPDATE {t} SET v = v + 1").Should().Be(1);
        }),
        New("A savepoint is gone back to", Driver("OracleTransaction Class, Save and Rollback(string)")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("INSERT INTO {t} VALUES (2, 0)");
            transaction.Save("a");
            s.Run("INSERT INTO {t} VALUES (3, 0)");
            transaction.Save("b");
            s.Run("DELETE FROM {t}");
            transaction.Rollback("a");
            s.Run("INSERT INTO {t} VALUES (4, 0)");
            transaction.Commit();
            s.Rows("SELECT id FROM {t} ORDER BY id").Should().Equal("1", "2", "4");
        }),
        New("Savepoints are statements too", Sql("SAVEPOINT; ROLLBACK")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("SAVEPOINT sp");
            s.Run("UPDATE {t} SET v = 5");
            s.Run("ROLLBACK TO SAVEPOINT sp");
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            transaction.Commit();
        }),
        New("A savepoint's name can be used again, the later one counts", Sql("SAVEPOINT")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("SAVEPOINT sp");
            s.Run("UPDATE {t} SET v = 1");
            s.Run("SAVEPOINT sp");
            s.Run("UPDATE {t} SET v = 2");
            s.Run("ROLLBACK TO sp");
            s.Rows("SELECT v FROM {t}").Should().Equal("1");
        }),
        New("A savepoint that is not there is refused", Error(1086)).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("SAVEPOINT a");
            s.Run("SAVEPOINT b");
            s.Run("ROLLBACK TO a");
            s.Fails("ROLLBACK TO b", [1086]);
        }),
        New("COMMIT and ROLLBACK are statements too", Sql("COMMIT; ROLLBACK")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1");
            s.Run("COMMIT");
            s.Run("UPDATE {t} SET v = 2");
            s.Run("ROLLBACK");
            s.Rows("SELECT v FROM {t}").Should().Equal("1");
        }),
        New("DDL commits what came before it", Sql("Types of SQL Statements, Data Definition Language (DDL) Statements")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 7");
            s.Run("CREATE TABLE {u} (a NUMBER)");
            s.Run("ROLLBACK");
            s.Rows("SELECT v FROM {t}").Should().Equal("7");
        }),
        New("DDL that fails commits as well", Sql("COMMIT")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 7");
            s.Fails("CREATE TABLE {t} (a NUMBER)", [955]);
            s.Run("ROLLBACK");
            s.Rows("SELECT v FROM {t}").Should().Equal("7");
        }),
        New("A query sees what others committed before it", Concepts("Data Concurrency and Consistency, Read Committed Isolation Level")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction(IsolationLevel.ReadCommitted);
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            other.Run("UPDATE {t} SET v = 1");
            s.Rows("SELECT v FROM {t}").Should().Equal("1");
        }),
        New("An open reader keeps to the time it was opened", Concepts("Data Concurrency and Consistency, Statement-Level Read Consistency")).Do(s =>
        {
            s.Run("INSERT INTO {t} SELECT LEVEL + 1, 0 FROM DUAL CONNECT BY LEVEL < 3000");
            var other = s.Another();
            using var command = s.Command("SELECT id FROM {t} ORDER BY id");
            command.FetchSize = 1024;
            using var reader = command.ExecuteReader();
            for (var i = 1; i <= 10; i++) reader.Read().Should().BeTrue();
            other.Run("DELETE FROM {t}").Should().Be(3000);
            var n = 10;
            while (reader.Read()) reader.GetInt32(0).Should().Be(++n);
            n.Should().Be(3000);
        }),
        New("A reader goes on beyond its session's commit", Sql("COMMIT")).Do(s =>
        {
            s.Run("INSERT INTO {t} SELECT LEVEL + 1, 0 FROM DUAL CONNECT BY LEVEL < 3000");
            using var transaction = s.Connection.BeginTransaction();
            using var command = s.Command("SELECT id FROM {t} ORDER BY id");
            command.FetchSize = 1024;
            using var reader = command.ExecuteReader();
            reader.Read().Should().BeTrue();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            transaction.Commit();
            var n = 1;
            while (reader.Read()) n++;
            n.Should().Be(3000);
        }),
        New("A serializable transaction sees one time", Concepts("Data Concurrency and Consistency, Serializable Isolation Level")).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction(IsolationLevel.Serializable);
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            other.Run("UPDATE {t} SET v = 1");
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            transaction.Commit();
            s.Rows("SELECT v FROM {t}").Should().Equal("1");
        }),
        New("A serializable transaction does not change what others changed since", Error(8177)).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction(IsolationLevel.Serializable);
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            other.Run("UPDATE {t} SET v = 1");
            s.Fails("UPDATE {t} SET v = 2", [8177]);
        }),
        New("A read-only transaction changes nothing", Error(1456)).Do(s =>
        {
            var other = s.Another();
            using var transaction = s.Connection.BeginTransaction();
            s.Run("SET TRANSACTION READ ONLY");
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            other.Run("UPDATE {t} SET v = 1");
            s.Rows("SELECT v FROM {t}").Should().Equal("0");
            s.Fails("UPDATE {t} SET v = 2", [1456]);
        }),
        New("SET TRANSACTION comes first", Error(1453)).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1");
            s.Fails("SET TRANSACTION READ ONLY", [1453]);
        }),
        New("Two transactions at once on one connection are refused", Driver("OracleConnection Class, BeginTransaction")).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            s.Connection.Invoking(c => c.BeginTransaction()).Should().Throw<InvalidOperationException>();
        }),
        New("A finished transaction is over", Transaction).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            transaction.Commit();
            transaction.Invoking(t => t.Rollback()).Should().Throw<InvalidOperationException>();
            s.Run("UPDATE {t} SET v = 3");
            s.Another().Rows("SELECT v FROM {t}").Should().Equal("3");
        }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
