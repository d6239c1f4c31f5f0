using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class TransactionTests : OracleFixture
{
    [Fact]
    public void Shows_changes_to_others_only_when_committed()
    {
        using var writer = Open();
        using var reader = Open();
        Run(writer, "CREATE TABLE T (ID NUMBER(10))");
        using (var transaction = writer.BeginTransaction())
        {
            Run(writer, "INSERT INTO T VALUES (1)");
            Scalar(writer, "SELECT COUNT(*) FROM T").Should().Be(1m);
            Scalar(reader, "SELECT COUNT(*) FROM T").Should().Be(0m);
            transaction.Commit();
        }
        Scalar(reader, "SELECT COUNT(*) FROM T").Should().Be(1m);

        using (var transaction = writer.BeginTransaction(IsolationLevel.ReadCommitted))
        {
            Run(writer, "DELETE FROM T");
            transaction.Rollback();
        }
        Scalar(reader, "SELECT COUNT(*) FROM T").Should().Be(1m);
    }

    [Fact]
    public void Goes_back_to_a_savepoint()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE T (ID NUMBER(10))");
        using var transaction = connection.BeginTransaction();
        Run(connection, "INSERT INTO T VALUES (1)");
        transaction.Save("SP1");
        Run(connection, "INSERT INTO T VALUES (2)");
        transaction.Rollback("SP1");
        Run(connection, "INSERT INTO T VALUES (3)");
        transaction.Commit();

        Rows(connection, "SELECT ID FROM T ORDER BY ID").Should().Equal("1", "3");
        Run(connection, "BEGIN NULL; END;");
    }

    [Fact]
    public void Rolls_back_what_a_pooled_connection_left_open()
    {
        using (var connection = new OracleConnection(Server.ConnectionString))
        {
            connection.Open();
            Run(connection, "CREATE TABLE T (ID NUMBER(10) PRIMARY KEY)");
            using var insert = ArrayCommand(connection, "INSERT INTO T VALUES (:id)", 3, ("id", OracleDbType.Int32, new[] { 5, 5, 6 }));
            Fails(() => insert.ExecuteNonQuery()).Number.Should().Be(24381);
        }
        using (var connection = new OracleConnection(Server.ConnectionString))
        {
            connection.Open();
            Scalar(connection, "SELECT COUNT(*) FROM T").Should().Be(0m);
        }
        OracleConnection.ClearAllPools();
    }

    [Fact]
    public void Rolls_back_a_connection_that_is_closed_or_killed_in_a_transaction()
    {
        using var other = Open();
        Run(other, "CREATE TABLE T (ID NUMBER(10))");
        var closed = Open();
        closed.BeginTransaction();
        Run(closed, "INSERT INTO T VALUES (1)");
        closed.Dispose();
        Run(other, "INSERT INTO T VALUES (2)");

        using var killed = Open();
        killed.BeginTransaction();
        Run(killed, "INSERT INTO T VALUES (3)");
        Server.Faults.Next(FaultPoint.BeforeExecute, Fault.Drop(reset: true));
        Fails(() => Run(killed, "INSERT INTO T VALUES (4)"));

        Run(other, "INSERT INTO T VALUES (5)");
        Rows(other, "SELECT ID FROM T ORDER BY ID").Should().Equal("2", "5");
    }

    [Fact]
    public async Task Lets_a_second_writer_wait_for_the_first()
    {
        using var first = Open();
        using var second = Open();
        Run(first, "CREATE TABLE L (ID NUMBER(10) PRIMARY KEY, V NUMBER(10))");
        Run(first, "INSERT INTO L VALUES (1, 0)");
        using var transaction = first.BeginTransaction();
        Scalar(first, "SELECT V FROM L WHERE ID = 1 FOR UPDATE").Should().Be(0L);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Faults.Hook = c =>
        {
            if (c.Point == FaultPoint.BeforeExecute && c.Sql!.Contains("ID = 1 FOR UPDATE", StringComparison.Ordinal)) asked.TrySetResult();
            return null;
        };

        var waiting = Task.Run(() => Scalar(second, "SELECT V FROM L WHERE ID = 1 FOR UPDATE"), TestContext.Current.CancellationToken);
        await asked.Task;
        Run(first, "UPDATE L SET V = 42 WHERE ID = 1");
        waiting.IsCompleted.Should().BeFalse();
        transaction.Commit();

        (await waiting).Should().Be(42L);
    }

    [Fact]
    public void Serves_several_sessions_that_write_at_once()
    {
        using (var connection = Open()) Run(connection, "CREATE TABLE W (S NUMBER(5), ID NUMBER(10))");

        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, s =>
        {
            using var connection = Open();
            for (var b = 0; b < 10; b++)
            {
                using var transaction = connection.BeginTransaction();
                using var insert = ArrayCommand(connection, $"INSERT INTO W VALUES ({s}, :id)", 100, ("id", OracleDbType.Int32, Enumerable.Range(b * 100, 100).ToArray()));
                insert.ExecuteNonQuery();
                transaction.Commit();
            }
        });

        using var reader = Open();
        Rows(reader, "SELECT S, COUNT(*), COUNT(DISTINCT ID) FROM W GROUP BY S ORDER BY S").Should().Equal(Enumerable.Range(0, 6).Select(s => $"{s},1000,1000"));
    }
}
