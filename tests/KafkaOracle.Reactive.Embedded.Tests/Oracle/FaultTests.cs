using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class FaultTests : OracleFixture
{
    [Theory]
    [InlineData(FaultPoint.BeforeCommit, false, 12537, 0)]
    [InlineData(FaultPoint.AfterCommit, false, 12537, 1)]
    [InlineData(FaultPoint.BeforeCommit, true, 12570, 0)]
    [InlineData(FaultPoint.AfterCommit, true, 12570, 1)]
    public void Drops_a_connection_around_its_commit(FaultPoint point, bool reset, int number, int rows)
    {
        using var other = Open();
        Run(other, "CREATE TABLE F (ID NUMBER(10))");
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        Run(connection, "INSERT INTO F VALUES (1)");
        Server.Faults.Next(point, Fault.Drop(reset));

        var error = Fails(transaction.Commit);

        error.Number.Should().Be(number);
        connection.State.Should().Be(ConnectionState.Closed);
        Scalar(other, "SELECT COUNT(*) FROM F").Should().Be((decimal)rows);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeExecute)]
    [InlineData(FaultPoint.AfterExecute)]
    public void Drops_a_connection_around_an_array(FaultPoint point)
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE F (ID NUMBER(10))");
        Server.Faults.Next(point, Fault.Drop(), c => c.Sql!.StartsWith("INSERT", StringComparison.Ordinal));
        using (connection.BeginTransaction())
        {
            using var insert = ArrayCommand(connection, "INSERT INTO F VALUES (:id)", 1000, ("id", OracleDbType.Int32, Enumerable.Range(0, 1000).ToArray()));
            Fails(() => insert.ExecuteNonQuery()).Number.Should().Be(12537);
        }

        using var other = Open();
        Scalar(other, "SELECT COUNT(*) FROM F").Should().Be(0m);
    }

    [Fact]
    public void Drops_a_connection_in_the_middle_of_a_result()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE F (V VARCHAR2(1000))");
        using (var insert = ArrayCommand(connection, "INSERT INTO F VALUES (:v)", 2000, ("v", OracleDbType.Varchar2, Enumerable.Repeat(new string('x', 900), 2000).ToArray()))) insert.ExecuteNonQuery();
        Server.Faults.Next(FaultPoint.Fetch, Fault.Drop());
        using var command = Command(connection, "SELECT V FROM F");
        using var reader = command.ExecuteReader();

        Fails(() =>
        {
            while (reader.Read()) { }
        }).Number.Should().Be(12537);
    }

    [Fact]
    public void Refuses_and_drops_at_connect_and_login()
    {
        Server.Faults.Next(FaultPoint.Connect, Fault.Error(12516));
        Fails(() => Open()).ToString().Should().Contain("12516");
        Server.Faults.Next(FaultPoint.Connect, Fault.Drop());
        Fails(() => Open()).Number.Should().Be(50201);
        Server.Faults.Next(FaultPoint.Login, Fault.Drop());
        Fails(() => Open()).Number.Should().Be(12537);
        Server.Faults.Next(FaultPoint.Login, Fault.Error(28000, "the account is locked"));
        Fails(() => Open()).Number.Should().Be(28000);

        using var connection = Open();
        connection.State.Should().Be(ConnectionState.Open);
    }

    [Theory]
    [InlineData(60, ConnectionState.Open)]
    [InlineData(1034, ConnectionState.Closed)]
    public void Answers_with_an_injected_error(int code, ConnectionState state)
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE F (ID NUMBER(10))");
        Server.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(code));

        Fails(() => Run(connection, "INSERT INTO F VALUES (1)")).Number.Should().Be(code);

        connection.State.Should().Be(state);
    }

    [Fact]
    public void Answers_a_command_timeout_and_keeps_the_transaction()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE F (ID NUMBER(10))");
        using var transaction = connection.BeginTransaction();
        Run(connection, "INSERT INTO F VALUES (1)");
        Server.Faults.Next(FaultPoint.BeforeExecute, Fault.Delay(TimeSpan.FromMinutes(5)));
        using var command = Command(connection, "INSERT INTO F VALUES (2)");
        command.CommandTimeout = 1;

        Fails(() => command.ExecuteNonQuery()).Number.Should().Be(1013);

        transaction.Commit();
        Rows(connection, "SELECT ID FROM F").Should().Equal("1");
    }

    [Fact]
    public async Task Answers_a_cancel_while_it_waits_for_a_lock()
    {
        using var first = Open();
        using var second = Open();
        Run(first, "CREATE TABLE F (ID NUMBER(10) PRIMARY KEY)");
        using var transaction = first.BeginTransaction();
        Run(first, "INSERT INTO F VALUES (1)");
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Faults.Hook = c =>
        {
            if (c.Point == FaultPoint.BeforeExecute) reached.TrySetResult();
            return null;
        };
        using var command = Command(second, "INSERT INTO F VALUES (1)");
        var waiting = Task.Run(() => Fails(() => command.ExecuteNonQuery()), TestContext.Current.CancellationToken);
        await reached.Task;
        command.Cancel();

        (await waiting).Number.Should().Be(1013);
        transaction.Commit();
        Run(second, "INSERT INTO F VALUES (3)").Should().Be(1);
    }

    [Fact]
    public void Cancels_a_query_that_runs_for_long()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE Q (ID NUMBER(10))");
        using (var insert = ArrayCommand(connection, "INSERT INTO Q VALUES (:id)", 3000, ("id", OracleDbType.Int32, Enumerable.Range(0, 3000).ToArray()))) insert.ExecuteNonQuery();
        using var command = Command(connection, "SELECT COUNT(*) FROM Q a CROSS JOIN Q b CROSS JOIN Q c WHERE a.ID + b.ID = c.ID");
        command.CommandTimeout = 1;

        Fails(() => command.ExecuteScalar()).Number.Should().Be(1013);

        Scalar(connection, "SELECT COUNT(*) FROM Q").Should().Be(3000m);
    }

    [Theory]
    [InlineData("INSERT INTO Q SELECT a.ID FROM Q a CROSS JOIN Q b CROSS JOIN Q c CROSS JOIN Q d WHERE a.ID + b.ID + c.ID + d.ID < 0")]
    [InlineData("UPDATE Q SET ID = ID + 1 WHERE (SELECT COUNT(*) FROM Q b CROSS JOIN Q c CROSS JOIN Q d WHERE b.ID + c.ID + d.ID + Q.ID < 0) = 0")]
    [InlineData("DELETE FROM Q WHERE EXISTS (SELECT 1 FROM Q b CROSS JOIN Q c CROSS JOIN Q d WHERE b.ID + c.ID + d.ID + Q.ID < 0)")]
    [InlineData("MERGE INTO Q USING (SELECT MAX(b.ID) AS M FROM Q b CROSS JOIN Q c CROSS JOIN Q d WHERE b.ID + c.ID + d.ID < 0) ON (Q.ID = M) WHEN NOT MATCHED THEN INSERT VALUES (1)")]
    [InlineData("CREATE TABLE R AS SELECT a.ID FROM Q a CROSS JOIN Q b CROSS JOIN Q c CROSS JOIN Q d WHERE a.ID + b.ID + c.ID + d.ID < 0")]
    public void Cancels_a_change_that_runs_for_long(string sql)
    {
        using var connection = Open();
        using var other = Open();
        Run(connection, "CREATE TABLE Q (ID NUMBER(10))");
        using (var insert = ArrayCommand(connection, "INSERT INTO Q VALUES (:id)", 3000, ("id", OracleDbType.Int32, Enumerable.Range(0, 3000).ToArray()))) insert.ExecuteNonQuery();
        using var command = Command(connection, sql);
        command.CommandTimeout = 1;

        Fails(() => command.ExecuteNonQuery()).Number.Should().Be(1013);

        Run(other, "INSERT INTO Q VALUES (-1)").Should().Be(1);
        Run(connection, "INSERT INTO Q VALUES (-2)").Should().Be(1);
        Scalar(connection, "SELECT SUM(ID) FROM Q").Should().Be((2999m * 1500) - 3);
    }

    [Fact]
    public void Tells_that_a_transaction_is_lost_with_a_change_that_was_cancelled()
    {
        using var connection = Open();
        using var other = Open();
        Run(connection, "CREATE TABLE Q (ID NUMBER(10))");
        using (var insert = ArrayCommand(connection, "INSERT INTO Q VALUES (:id)", 3000, ("id", OracleDbType.Int32, Enumerable.Range(0, 3000).ToArray()))) insert.ExecuteNonQuery();
        using (var transaction = connection.BeginTransaction())
        {
            Run(connection, "UPDATE Q SET ID = -1 WHERE ID = 1");
            using var command = Command(connection, "DELETE FROM Q WHERE EXISTS (SELECT 1 FROM Q b CROSS JOIN Q c CROSS JOIN Q d WHERE b.ID + c.ID + d.ID + Q.ID < -9)");
            command.CommandTimeout = 1;
            Fails(() => command.ExecuteNonQuery()).Number.Should().Be(1013);

            Run(other, "UPDATE Q SET ID = -2 WHERE ID = 1").Should().Be(1, "its locks are gone");
            Fails(transaction.Commit).Number.Should().Be(24761);
        }

        Rows(connection, "SELECT ID FROM Q WHERE ID < 1 ORDER BY ID").Should().Equal("-2", "0");
        Run(connection, "DELETE FROM Q").Should().Be(3000);
    }

    [Fact]
    public async Task Holds_a_commit_until_it_is_let_go()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE F (ID NUMBER(10))");
        using var transaction = connection.BeginTransaction();
        Run(connection, "INSERT INTO F VALUES (1)");
        var go = new TaskCompletionSource();
        Server.Faults.Next(FaultPoint.AfterCommit, Fault.Hold(go.Task).Then(Fault.Drop()));

        var commit = Task.Run(() => Fails(transaction.Commit), TestContext.Current.CancellationToken);
        using var other = Open();
        while (!Equals(Scalar(other, "SELECT COUNT(*) FROM F"), 1m)) await Task.Yield();
        commit.IsCompleted.Should().BeFalse();
        go.SetResult();

        (await commit).Number.Should().Be(12537);
    }

    [Fact]
    public void Strikes_the_kth_statement_of_a_table_and_every_one_of_another()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE F (ID NUMBER(10))");
        Run(connection, "CREATE TABLE G (ID NUMBER(10))");
        Server.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(1653), c => c.Table == "F", skip: 2);
        Server.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(1536), c => c.Table == "G");

        Run(connection, "INSERT INTO F VALUES (1)");
        Fails(() => Run(connection, "UPDATE g SET ID = 2")).Number.Should().Be(1536);
        Run(connection, "INSERT INTO F VALUES (2)");
        Fails(() => Run(connection, "INSERT INTO F VALUES (3)")).Number.Should().Be(1653);
        Run(connection, "INSERT INTO F VALUES (4)");
        Fails(() => Run(connection, "INSERT INTO G VALUES (1)")).Number.Should().Be(1536);
        Server.Faults.Clear();

        Run(connection, "INSERT INTO G VALUES (2)");
        Rows(connection, "SELECT ID FROM F ORDER BY ID").Should().Equal("1", "2", "4");
    }

    [Theory]
    [InlineData("INSERT INTO T (A) VALUES (1)", "T")]
    [InlineData("insert into kafkaoracle.t values (1)", "T")]
    [InlineData("MERGE INTO T USING DUAL ON (1 = 1) WHEN MATCHED THEN UPDATE SET A = 1", "T")]
    [InlineData("UPDATE \"t\" SET A = 1", "t")]
    [InlineData("DELETE FROM T", "T")]
    [InlineData("SELECT * FROM (SELECT 1 FROM T)", "T")]
    [InlineData("TRUNCATE TABLE T", "T")]
    [InlineData("COMMIT", null)]
    [InlineData(null, null)]
    public void Knows_the_table_of_a_statement(string? sql, string? table) => new FaultContext(FaultPoint.BeforeExecute, 1, sql).Table.Should().Be(table);

    [Fact]
    public void Draws_the_same_faults_from_the_same_seed()
    {
        List<bool> Draw(int seed, IEnumerable<int> sessions)
        {
            var plan = new FaultPlan(seed).With(FaultPoint.BeforeCommit, 0.3, Fault.Drop());
            var drawn = sessions.Select(s => (Session: s, Strikes: plan.At(new FaultContext(FaultPoint.BeforeCommit, s, null)) != null)).ToList();
            plan.Struck.Should().Be(drawn.Count(d => d.Strikes));
            return [.. drawn.OrderBy(d => d.Session).Select(d => d.Strikes)];
        }

        var one = Draw(7, Enumerable.Range(0, 2000).Select(i => i % 2));

        Draw(7, Enumerable.Range(0, 2000).Select(i => i / 1000)).Should().Equal(one);
        Draw(8, Enumerable.Range(0, 2000).Select(i => i % 2)).Should().NotEqual(one);
        one.Count(s => s).Should().BeInRange(500, 700);
    }

    [Fact]
    public void Refuses_probabilities_above_one()
    {
        var plan = new FaultPlan(1).With(FaultPoint.Fetch, 0.7, Fault.Drop());

        plan.Invoking(p => p.With(FaultPoint.Fetch, 0.4, Fault.Drop())).Should().Throw<ArgumentOutOfRangeException>();
        plan.Invoking(p => p.With(FaultPoint.Login, -0.1, Fault.Drop())).Should().Throw<ArgumentOutOfRangeException>();
        plan.At(new FaultContext(FaultPoint.Login, 1, null)).Should().BeNull();
    }
}
