using System.Data;
using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class ReturningTests : OracleFixture
{
    [Fact]
    public void Returns_a_value_of_every_row_of_an_array()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE R (ID NUMBER(10), V VARCHAR2(20))");
        using var insert = ArrayCommand(connection, "INSERT INTO R (ID, V) VALUES (:id, 'v' || :id) RETURNING ID * 10, V INTO :twice, :v", 4, ("id", OracleDbType.Int32, new[] { 1, 2, 3, 4 }));
        var number = insert.Parameters.Add(new OracleParameter("twice", OracleDbType.Int32, ParameterDirection.Output));
        var text = insert.Parameters.Add(new OracleParameter("v", OracleDbType.Varchar2, ParameterDirection.Output) { ArrayBindSize = [20, 20, 20, 20] });

        insert.ExecuteNonQuery().Should().Be(4);
        Values(number).Should().Equal("10", "20", "30", "40");
        Values(text).Should().Equal("v1", "v2", "v3", "v4");

        insert.ExecuteNonQuery().Should().Be(4, "the same again leaves the OUT binds out of the request");
        Values(number).Should().Equal("10", "20", "30", "40");
    }

    [Fact]
    public void Returns_NULL_and_nothing()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE R (ID NUMBER(10), V VARCHAR2(20))");
        Run(connection, "INSERT INTO R VALUES (1, NULL)");
        using var update = Command(connection, "UPDATE R SET ID = ID + 1 WHERE ID = :id RETURNING V INTO :v", ("id", 1));
        var value = update.Parameters.Add(new OracleParameter("v", OracleDbType.Varchar2, 20) { Direction = ParameterDirection.Output });

        update.ExecuteNonQuery().Should().Be(1);
        value.Value.Should().Be(OracleString.Null);
        update.Parameters[0].Value = 99;
        update.ExecuteNonQuery().Should().Be(0);
    }

    private static IEnumerable<string?> Values(OracleParameter parameter) => ((Array)parameter.Value).Cast<object>().Select(v => v.ToString());
}
