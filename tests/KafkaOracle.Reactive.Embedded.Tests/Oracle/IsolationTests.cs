using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class IsolationTests : OracleFixture
{
    private readonly OracleConnection _first;
    private readonly OracleConnection _second;

    public IsolationTests()
    {
        (_first, _second) = (Open(), Open());
        Run(_first, "CREATE TABLE I (ID NUMBER(10) PRIMARY KEY, V NUMBER(10))");
        Run(_first, "INSERT INTO I VALUES (1, 0)");
    }

    [Fact]
    public void Shows_a_serializable_transaction_one_state_and_its_own_changes()
    {
        using (var transaction = _first.BeginTransaction(IsolationLevel.Serializable))
        {
            Rows(_first, "SELECT V FROM I").Should().Equal("0");
            Run(_first, "INSERT INTO I VALUES (2, 2)");
            Fails(() => Run(_first, "INSERT INTO I VALUES (2, 3)")).Number.Should().Be(1);
            Rows(_first, "SELECT ID FROM I ORDER BY ID").Should().Equal("1", "2");
            transaction.Commit();
        }
        using (_first.BeginTransaction(IsolationLevel.Serializable))
        {
            Rows(_first, "SELECT V FROM I WHERE ID = 1").Should().Equal("0");
            Run(_second, "UPDATE I SET V = 5 WHERE ID = 1");
            Rows(_first, "SELECT V FROM I WHERE ID = 1").Should().Equal("0");
            Fails(() => Run(_first, "UPDATE I SET V = V + 1 WHERE ID = 1")).Number.Should().Be(8177);
            Rows(_first, "SELECT V FROM I WHERE ID = 1").Should().Equal("0");
        }
        using (var transaction = _first.BeginTransaction(IsolationLevel.ReadCommitted))
        {
            Run(_first, "UPDATE I SET V = V + 1 WHERE ID = 1");
            transaction.Commit();
        }
        Rows(_second, "SELECT V FROM I ORDER BY ID").Should().Equal("6", "2");
    }

    [Fact]
    public void Does_not_let_a_serializable_transaction_wait_for_what_it_must_not_see()
    {
        using var one = _first.BeginTransaction(IsolationLevel.ReadCommitted);
        Run(_first, "UPDATE I SET V = 1 WHERE ID = 1");
        using var two = _second.BeginTransaction(IsolationLevel.Serializable);

        Fails(() => Run(_second, "UPDATE I SET V = 2 WHERE ID = 1")).Number.Should().Be(8177);

        two.Rollback();
        one.Commit();
        Rows(_second, "SELECT V FROM I").Should().Equal("1");
    }

    [Fact]
    public void Checks_foreign_keys_after_a_change_of_tables_was_cancelled_while_it_waited()
    {
        Run(_first, "CREATE TABLE C (I NUMBER(10) REFERENCES I)");
        Run(_first, "ALTER SESSION SET ISOLATION_LEVEL = SERIALIZABLE");
        using (_second.BeginTransaction(IsolationLevel.Serializable))
        {
            Run(_second, "UPDATE I SET V = 1 WHERE ID = 1");
            using var ddl = Command(_first, "CREATE TABLE W (A NUMBER)");
            ddl.CommandTimeout = 1;
            Fails(() => ddl.ExecuteNonQuery()).Number.Should().Be(1013);
        }

        Fails(() => Run(_first, "INSERT INTO C VALUES (77)")).Number.Should().Be(2291);
    }

    [Fact]
    public void Shows_a_read_only_transaction_one_state_and_lets_it_change_nothing()
    {
        using var transaction = _first.BeginTransaction();
        Run(_first, "SET TRANSACTION READ ONLY");
        Run(_second, "UPDATE I SET V = 5");

        Rows(_first, "SELECT V FROM I").Should().Equal("0");
        Fails(() => Run(_first, "UPDATE I SET V = 6")).Number.Should().Be(1456);
        Fails(() => Rows(_first, "SELECT V FROM I FOR UPDATE")).Number.Should().Be(1456);
        Fails(() => Run(_first, "SET TRANSACTION READ ONLY")).Number.Should().Be(1453);
        transaction.Commit();

        Rows(_first, "SELECT V FROM I").Should().Equal("5");
        Run(_first, "UPDATE I SET V = 6").Should().Be(1);
    }

    [Fact]
    public void Sets_a_transaction_only_at_its_beginning()
    {
        using var transaction = _first.BeginTransaction();
        Run(_first, "UPDATE I SET V = 1");

        Fails(() => Run(_first, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")).Number.Should().Be(1453);
    }

    [Fact]
    public void Locks_only_the_tables_that_for_update_names()
    {
        Run(_first, "CREATE TABLE J (ID NUMBER(10))");
        Run(_first, "INSERT INTO J VALUES (1)");
        using var transaction = _first.BeginTransaction();
        Rows(_first, "SELECT a.ID FROM I a JOIN J b ON a.ID = b.ID FOR UPDATE OF a.V").Should().Equal("1");

        Rows(_second, "SELECT ID FROM J FOR UPDATE NOWAIT").Should().Equal("1");
        Fails(() => Rows(_second, "SELECT ID FROM I FOR UPDATE NOWAIT")).Number.Should().Be(54);
    }
}
