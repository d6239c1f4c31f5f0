using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class ResultTests : OracleFixture
{
    private const int Many = 10_000;
    private const int BeyondMemory = 200_000;

    [Fact]
    public void Reads_a_large_result_as_it_was_when_the_query_began()
    {
        using var connection = Open();
        using var other = Open();
        Fill(connection);
        using var command = Command(connection, "SELECT ID, V FROM R");
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();

        Run(other, "DELETE FROM R WHERE ID > 10");
        Run(connection, "UPDATE R SET V = 'changed'");
        Run(connection, "DROP TABLE R");

        var rows = 1;
        while (reader.Read())
        {
            rows++;
            reader.GetString(1).Should().NotBe("changed");
        }
        rows.Should().Be(Many);
    }

    [Fact]
    public void Keeps_several_large_results_open_and_lets_go_of_those_that_are_closed()
    {
        using var connection = Open();
        Fill(connection);
        for (var round = 0; round < 3; round++)
        {
            var readers = Enumerable.Range(0, 20).Select(_ => Command(connection, "SELECT ID, V FROM R").ExecuteReader()).ToList();
            for (var row = 0; row < 20; row++)
            {
                foreach (var reader in readers)
                {
                    reader.Read().Should().BeTrue();
                    reader.GetInt32(0).Should().Be(row);
                }
            }
            foreach (var reader in readers) reader.Dispose();
        }

        Scalar(connection, "SELECT COUNT(*) FROM R").Should().Be((decimal)Many);
    }

    [Fact]
    public void Bounds_the_large_results_that_a_session_keeps_open()
    {
        using var connection = Open();
        Fill(connection);
        var readers = new List<OracleDataReader>();

        Fails(() =>
        {
            for (var i = 0; i < 100; i++) readers.Add(Command(connection, "SELECT ID, V FROM R").ExecuteReader());
        }).Number.Should().Be(1000);

        readers.Should().HaveCount(50);
        foreach (var reader in readers) reader.Dispose();
        Scalar(connection, "SELECT COUNT(*) FROM R").Should().Be((decimal)Many);
    }

    [Fact]
    public void Shows_a_session_its_own_changes_in_a_large_result()
    {
        using var connection = Open();
        Fill(connection);
        using var transaction = connection.BeginTransaction();
        Run(connection, "UPDATE R SET V = 'changed'");
        using var command = Command(connection, "SELECT ID, V FROM R");
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();

        transaction.Rollback();

        do reader.GetString(1).Should().Be("changed");
        while (reader.Read());
    }

    [Fact]
    public void Keeps_what_memory_shall_not_hold_of_its_own_changes_in_a_file()
    {
        using var connection = Open();
        Fill(connection, BeyondMemory);
        using var transaction = connection.BeginTransaction();
        Run(connection, "UPDATE R SET V = 'changed' WHERE ID = 7");
        using var command = Command(connection, "SELECT ID, V FROM R");
        using var reader = command.ExecuteReader();

        for (var row = 0; row < BeyondMemory; row++)
        {
            reader.Read().Should().BeTrue();
            if (reader.GetInt32(0) != row || (row != 7 && reader.GetString(1) != Text(row))) throw new InvalidOperationException($"Row {row} is {reader.GetInt32(0)}, {reader.GetString(1)}.");
        }
        reader.Read().Should().BeFalse();
    }

    private static string Text(int row) => $"{row} {new string('v', 80)}";

    private static void Fill(OracleConnection connection, int rows = Many)
    {
        Run(connection, "CREATE TABLE R (ID NUMBER(9), V VARCHAR2(100))");
        using var insert = ArrayCommand(
            connection,
            "INSERT INTO R VALUES (:id, :v)",
            rows,
            ("id", OracleDbType.Int32, Enumerable.Range(0, rows).ToArray()),
            ("v", OracleDbType.Varchar2, Enumerable.Range(0, rows).Select(Text).ToArray()));
        insert.ExecuteNonQuery();
    }
}
