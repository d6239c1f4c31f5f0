using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class LockTests : OracleFixture
{
    private readonly OracleConnection _first;
    private readonly OracleConnection _second;

    public LockTests()
    {
        (_first, _second) = (Open(), Open());
        Run(_first, "CREATE TABLE L (ID NUMBER(10) PRIMARY KEY, V NUMBER(10))");
        using var insert = ArrayCommand(_first, "INSERT INTO L VALUES (:id, 0)", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }));
        insert.ExecuteNonQuery();
    }

    [Fact]
    public void Lets_two_sessions_change_different_rows_at_the_same_time()
    {
        using var one = _first.BeginTransaction();
        using var two = _second.BeginTransaction();
        Run(_first, "UPDATE L SET V = 10 WHERE ID = 1");
        Run(_second, "UPDATE L SET V = 20 WHERE ID = 2");
        Run(_first, "INSERT INTO L VALUES (4, 40)");
        Run(_second, "DELETE FROM L WHERE ID = 3");
        Run(_first, "UPDATE L SET V = V + 1 WHERE ID IN (1, 4)");

        Rows(_first, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,11", "2,0", "3,0", "4,41");
        Rows(_second, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,0", "2,20");
        one.Commit();
        Rows(_second, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,11", "2,20", "4,41");
        two.Commit();

        Rows(_first, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,11", "2,20", "4,41");
    }

    [Fact]
    public async Task Lets_a_second_change_of_a_row_wait_and_then_see_the_first()
    {
        using var one = _first.BeginTransaction();
        Run(_first, "UPDATE L SET V = V + 1 WHERE ID = 1");
        var waiting = Start(_second, "UPDATE L SET V = V + 1 WHERE ID = 1");
        await Waits(waiting);

        one.Commit();

        (await waiting).Should().Be(1);
        Scalar(_first, "SELECT V FROM L WHERE ID = 1").Should().Be(2L);
    }

    [Fact]
    public async Task Looks_for_rows_again_after_it_waited()
    {
        using var one = _first.BeginTransaction();
        Run(_first, "UPDATE L SET V = 7 WHERE ID = 1");
        var waiting = Start(_second, "DELETE FROM L WHERE V = 0");
        await Waits(waiting);

        one.Commit();

        (await waiting).Should().Be(2);
        Rows(_first, "SELECT ID FROM L").Should().Equal("1");
    }

    [Fact]
    public void Gives_up_waiting_as_asked()
    {
        using var one = _first.BeginTransaction();
        Run(_first, "UPDATE L SET V = 1 WHERE ID = 2");
        using var two = _second.BeginTransaction();

        Fails(() => Scalar(_second, "SELECT V FROM L WHERE ID = 2 FOR UPDATE NOWAIT")).Number.Should().Be(54);
        Fails(() => Scalar(_second, "SELECT V FROM L WHERE ID = 2 FOR UPDATE WAIT 1")).Number.Should().Be(30006);
        Rows(_second, "SELECT ID FROM L ORDER BY ID FOR UPDATE SKIP LOCKED").Should().Equal("1", "3");
        Fails(() => Scalar(_first, "SELECT V FROM L WHERE ID = 1 FOR UPDATE NOWAIT")).Number.Should().Be(54);
        Scalar(_second, "SELECT V FROM L WHERE ID = 2").Should().Be(0L);
    }

    [Fact]
    public void Keeps_a_lock_of_select_for_update_until_the_end_of_its_transaction()
    {
        using (_first.BeginTransaction())
        {
            Rows(_first, "SELECT ID FROM L WHERE ID = 1 FOR UPDATE").Should().Equal("1");
            Run(_second, "UPDATE L SET V = 5 WHERE ID = 3");
            Rows(_second, "SELECT ID FROM L ORDER BY ID FOR UPDATE SKIP LOCKED").Should().Equal("2", "3");
        }
        Rows(_second, "SELECT ID FROM L ORDER BY ID FOR UPDATE NOWAIT").Should().Equal("1", "2", "3");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lets_an_insert_of_the_same_key_wait_for_the_first_one(bool commits)
    {
        using var one = _first.BeginTransaction();
        Run(_first, "INSERT INTO L VALUES (9, 1)");
        var waiting = Start(_second, "INSERT INTO L VALUES (9, 2)");
        await Waits(waiting);

        if (commits) one.Commit();
        else one.Rollback();

        if (commits) (await waiting.Invoking(w => w).Should().ThrowAsync<OracleException>()).Which.Number.Should().Be(1);
        else (await waiting).Should().Be(1);
        Scalar(_first, "SELECT V FROM L WHERE ID = 9").Should().Be(commits ? 1L : 2L);
    }

    [Theory]
    [InlineData("DELETE FROM L WHERE ID = 1", true)]
    [InlineData("DELETE FROM L WHERE ID = 1", false)]
    [InlineData("UPDATE L SET ID = 11 WHERE ID = 1", true)]
    public async Task Lets_an_insert_wait_for_the_end_of_the_transaction_that_gives_its_key_up(string change, bool commits)
    {
        using var one = _first.BeginTransaction();
        Run(_first, change);
        var waiting = Start(_second, "INSERT INTO L VALUES (1, 2)");
        await Waits(waiting);

        if (commits) one.Commit();
        else one.Rollback();

        if (commits) (await waiting).Should().Be(1);
        else (await waiting.Invoking(w => w).Should().ThrowAsync<OracleException>()).Which.Number.Should().Be(1);
    }

    [Fact]
    public async Task Fails_a_merge_whose_key_another_one_inserted_while_it_waited()
    {
        const string Merge = "MERGE INTO L USING (SELECT 9 ID FROM DUAL) S ON (L.ID = S.ID) WHEN MATCHED THEN UPDATE SET V = 2 WHEN NOT MATCHED THEN INSERT (ID, V) VALUES (S.ID, 1)";
        using var one = _first.BeginTransaction();
        Run(_first, Merge);
        var waiting = Start(_second, Merge);
        await Waits(waiting);

        one.Commit();

        (await waiting.Invoking(w => w).Should().ThrowAsync<OracleException>()).Which.Number.Should().Be(1);
        Run(_second, Merge).Should().Be(1);
        Scalar(_second, "SELECT V FROM L WHERE ID = 9").Should().Be(2L);
    }

    [Fact]
    public async Task Ends_a_deadlock_in_one_statement_and_keeps_its_transaction()
    {
        using var one = _first.BeginTransaction();
        using var two = _second.BeginTransaction();
        Run(_first, "UPDATE L SET V = 1 WHERE ID = 1");
        Run(_second, "UPDATE L SET V = 2 WHERE ID = 2");
        var waiting = Start(_first, "UPDATE L SET V = 1 WHERE ID = 2");
        await Waits(waiting);

        Fails(() => Run(_second, "UPDATE L SET V = 2 WHERE ID IN (3, 1)")).Number.Should().Be(60);

        Rows(_second, "SELECT V FROM L ORDER BY ID").Should().Equal("0", "2", "0");
        waiting.IsCompleted.Should().BeFalse();
        two.Commit();
        (await waiting).Should().Be(1);
        one.Commit();
        Rows(_second, "SELECT V FROM L ORDER BY ID").Should().Equal("1", "1", "0");
    }

    [Fact]
    public async Task Ends_a_deadlock_of_two_arrays_in_the_whole_array()
    {
        using var one = _first.BeginTransaction();
        using var two = _second.BeginTransaction();
        Run(_first, "UPDATE L SET V = 1 WHERE ID = 1");
        Run(_second, "UPDATE L SET V = 2 WHERE ID = 3");
        using var upwards = ArrayCommand(_first, "UPDATE L SET V = 1 WHERE ID = :id", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }));
        using var downwards = ArrayCommand(_second, "UPDATE L SET V = 2 WHERE ID = :id", 3, ("id", OracleDbType.Int32, new[] { 3, 2, 1 }));
        var waiting = Task.Run(upwards.ExecuteNonQuery, TestContext.Current.CancellationToken);
        await Waits(waiting);

        Fails(() => downwards.ExecuteNonQuery()).Number.Should().Be(60);

        Rows(_second, "SELECT V FROM L ORDER BY ID").Should().Equal("0", "0", "2");
        two.Rollback();
        (await waiting).Should().Be(3);
    }

    [Fact]
    public void Goes_back_to_a_savepoint_that_was_set_before_others_wrote()
    {
        using var one = _first.BeginTransaction();
        Run(_first, "INSERT INTO L VALUES (4, 1)");
        one.Save("A");
        Run(_first, "UPDATE L SET V = 9 WHERE ID IN (1, 4)");
        Run(_first, "INSERT INTO L VALUES (5, 1)");
        Run(_second, "INSERT INTO L VALUES (6, 6)");
        one.Save("B");
        Run(_first, "DELETE FROM L WHERE ID = 4");
        Run(_second, "INSERT INTO L VALUES (7, 7)");
        Rows(_first, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,9", "2,0", "3,0", "5,1", "6,6", "7,7");

        one.Rollback("B");
        Run(_second, "INSERT INTO L VALUES (8, 8)");
        Rows(_first, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,9", "2,0", "3,0", "4,9", "5,1", "6,6", "7,7", "8,8");
        one.Rollback("A");
        Run(_second, "UPDATE L SET V = 11 WHERE ID = 1").Should().Be(1);
        one.Commit();

        Rows(_second, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,11", "2,0", "3,0", "4,1", "6,6", "7,7", "8,8");
    }

    [Fact]
    public void Refuses_to_alter_a_table_in_use()
    {
        using var one = _first.BeginTransaction();
        Run(_first, "UPDATE L SET V = 1 WHERE ID = 1");

        Fails(() => Run(_second, "ALTER TABLE L ADD (N NUMBER)")).Number.Should().Be(54);
        Fails(() => Run(_second, "TRUNCATE TABLE L")).Number.Should().Be(54);
        Fails(() => Run(_second, "DROP TABLE L")).Number.Should().Be(54);
        Run(_second, "CREATE TABLE M (ID NUMBER)");
        one.Commit();
        Run(_second, "ALTER TABLE L ADD (N NUMBER)");

        Rows(_first, "SELECT * FROM L WHERE ID = 1").Should().Equal("1,1,");
    }

    [Fact]
    public async Task Lets_a_table_wait_to_be_altered_as_long_as_the_session_says()
    {
        using var one = _first.BeginTransaction();
        Run(_first, "UPDATE L SET V = 1 WHERE ID = 1");
        Run(_second, "ALTER SESSION SET DDL_LOCK_TIMEOUT = 600");
        var waiting = Start(_second, "TRUNCATE TABLE L");
        await Waits(waiting);

        one.Commit();

        await waiting;
        Scalar(_first, "SELECT COUNT(*) FROM L").Should().Be(0m);
    }

    [Fact]
    public void Locks_a_whole_table()
    {
        using (_first.BeginTransaction())
        {
            Run(_first, "LOCK TABLE L IN EXCLUSIVE MODE");
            Fails(() => Run(_second, "LOCK TABLE L IN ROW EXCLUSIVE MODE NOWAIT")).Number.Should().Be(54);
            Fails(() => Rows(_second, "SELECT ID FROM L FOR UPDATE NOWAIT")).Number.Should().Be(54);
            Scalar(_second, "SELECT COUNT(*) FROM L").Should().Be(3m);
        }
        using (_first.BeginTransaction())
        {
            Run(_first, "LOCK TABLE L IN ROW SHARE MODE");
            Run(_second, "UPDATE L SET V = 1 WHERE ID = 1").Should().Be(1);
            Fails(() => Run(_second, "LOCK TABLE L IN EXCLUSIVE MODE NOWAIT")).Number.Should().Be(54);
        }
    }

    [Theory]
    [InlineData("SELECT COUNT(*) FROM L FOR UPDATE")]
    [InlineData("SELECT DISTINCT V FROM L FOR UPDATE")]
    [InlineData("SELECT ID FROM L UNION SELECT V FROM L FOR UPDATE")]
    [InlineData("SELECT ID FROM L FETCH FIRST 1 ROWS ONLY FOR UPDATE")]
    public void Refuses_to_lock_rows_that_are_none_of_a_table(string sql) => Fails(() => Rows(_second, sql)).Number.Should().Be(2014);

    [Fact]
    public async Task Keeps_a_large_transaction_in_its_place_and_others_waiting()
    {
        const int Large = 200_001;
        using var one = _first.BeginTransaction();
        using (var insert = ArrayCommand(_first, "INSERT INTO L VALUES (:id, 0)", Large, ("id", OracleDbType.Int32, Enumerable.Range(100, Large).ToArray()))) insert.ExecuteNonQuery();
        Fails(() => Rows(_second, "SELECT ID FROM L WHERE ID = 1 FOR UPDATE NOWAIT")).Number.Should().Be(54);
        var waiting = Start(_second, "UPDATE L SET V = 1 WHERE ID = 1");
        await Waits(waiting);
        Scalar(Open(), "SELECT COUNT(*) FROM L").Should().Be(3m);

        one.Rollback();

        (await waiting).Should().Be(1);
    }

    [Theory]
    [InlineData("DELETE FROM L WHERE ID = 1", "INSERT INTO C VALUES (1, 1)", 2291)]
    [InlineData("UPDATE L SET ID = 9 WHERE ID = 1", "INSERT INTO C VALUES (1, 1)", 2291)]
    [InlineData("DELETE FROM L WHERE ID = 1", "UPDATE C SET L = 1", 2291)]
    [InlineData("INSERT INTO C VALUES (1, 1)", "DELETE FROM L WHERE ID = 1", 2292)]
    [InlineData("INSERT INTO C VALUES (1, 1)", "UPDATE L SET ID = 9 WHERE ID = 1", 2292)]
    [InlineData("UPDATE C SET L = 1", "DELETE FROM L WHERE ID = 1", 2292)]
    public async Task Lets_wait_who_gives_up_or_uses_a_key_that_another_session_uses_or_gives_up(string first, string second, int error)
    {
        Run(_first, "CREATE TABLE C (ID NUMBER(10) PRIMARY KEY, L NUMBER(10) REFERENCES L (ID))");
        Run(_first, "INSERT INTO C VALUES (0, 2)");
        foreach (var commits in (bool[])[false, true])
        {
            using var one = _first.BeginTransaction();
            using var two = _second.BeginTransaction();
            Run(_first, first);
            var waiting = Start(_second, second);
            await Waits(waiting);
            if (commits)
            {
                one.Commit();
                (await waiting.Awaiting(w => w).Should().ThrowAsync<OracleException>()).Which.Number.Should().Be(error);
            }
            else
            {
                one.Rollback();
                (await waiting).Should().Be(1);
            }
            two.Rollback();
        }
    }

    [Fact]
    public void Lets_a_row_be_changed_that_another_session_refers_to_and_other_rows_be_deleted()
    {
        Run(_first, "CREATE TABLE C (ID NUMBER(10) PRIMARY KEY, L NUMBER(10) REFERENCES L (ID))");
        using var one = _first.BeginTransaction();
        using var two = _second.BeginTransaction();
        Run(_first, "INSERT INTO C VALUES (1, 1)");
        Run(_second, "UPDATE L SET V = 5 WHERE ID = 1");
        Run(_second, "DELETE FROM L WHERE ID = 2");
        Run(_first, "INSERT INTO L VALUES (7, 0)");
        Run(_first, "INSERT INTO C VALUES (2, 7)");
        Run(_second, "INSERT INTO C VALUES (3, 3)");
        one.Commit();
        two.Commit();

        Rows(_first, "SELECT ID, V FROM L ORDER BY ID").Should().Equal("1,5", "3,0", "7,0");
        Rows(_first, "SELECT ID, L FROM C ORDER BY ID").Should().Equal("1,1", "2,7", "3,3");
    }

    private static Task<int> Start(OracleConnection connection, string sql) => Task.Run(() => Run(connection, sql), TestContext.Current.CancellationToken);

    /// <summary>Returns when the statement waits for a lock.</summary>
    private async Task Waits(Task statement)
    {
        while (Server.WaitingCount == 0)
        {
            statement.IsCompleted.Should().BeFalse("it has to wait");
            await Task.Yield();
        }
    }
}
