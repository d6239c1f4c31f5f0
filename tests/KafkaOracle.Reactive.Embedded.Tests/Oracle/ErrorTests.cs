using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class ErrorTests : OracleFixture
{
    private const string Table = """
        CREATE TABLE T (ID NUMBER(5) CONSTRAINT T_PK PRIMARY KEY, V VARCHAR2(5), C VARCHAR2(5 CHAR), N NUMBER(5,2) NOT NULL,
            CONSTRAINT T_POSITIVE CHECK (N >= 0), CONSTRAINT T_UQ UNIQUE (V, C))
        """;

    [Theory]
    [InlineData("INSERT INTO T (ID, N) VALUES (1, 1)", 1, "unique constraint (KAFKAORACLE.T_PK) violated")]
    [InlineData("INSERT INTO T (ID, N, V, C) VALUES (2, 1, 'a', 'b')", 1, "unique constraint (KAFKAORACLE.T_UQ) violated")]
    [InlineData("INSERT INTO T (ID) VALUES (2)", 1400, "cannot insert NULL into (\"KAFKAORACLE\".\"T\".\"N\")")]
    [InlineData("UPDATE T SET N = NULL", 1407, "cannot update (\"KAFKAORACLE\".\"T\".\"N\") to NULL")]
    [InlineData("INSERT INTO T (ID, N) VALUES (2, -1)", 2290, "check constraint (KAFKAORACLE.T_POSITIVE) violated")]
    [InlineData("INSERT INTO T (ID, N) VALUES (2, 1000)", 1438, "value larger than specified precision allowed for this column")]
    [InlineData("INSERT INTO T (ID, N, V) VALUES (2, 1, 'éééé')", 12899, "value too large for column \"KAFKAORACLE\".\"T\".\"V\" (actual: 8, maximum: 5)")]
    [InlineData("INSERT INTO T (ID, N, C) VALUES (2, 1, 'éééééé')", 12899, "value too large for column \"KAFKAORACLE\".\"T\".\"C\" (actual: 6, maximum: 5)")]
    [InlineData("INSERT INTO T (ID, N) VALUES (2, 'abc')", 1722, "invalid number")]
    [InlineData("INSERT INTO T (ID, NOSUCH) VALUES (2, 1)", 904, "\"NOSUCH\": invalid identifier")]
    [InlineData("SELECT T.NOSUCH FROM T", 904, "\"T\".\"NOSUCH\": invalid identifier")]
    [InlineData("SELECT * FROM NOSUCH", 942, "table or view does not exist")]
    [InlineData("DROP TABLE NOSUCH", 942, "table or view does not exist")]
    [InlineData("CREATE TABLE T (ID NUMBER)", 955, "name is already used by an existing object")]
    [InlineData("SELECT ID, COUNT(*) FROM T", 937, "not a single-group group function")]
    [InlineData("SELECT V, COUNT(*) FROM T GROUP BY ID", 979, "not a GROUP BY expression")]
    [InlineData("SELECT 1 / 0 FROM DUAL", 1476, "divisor is equal to zero")]
    [InlineData("SELEC 1 FROM DUAL", 900, "invalid SQL statement")]
    [InlineData("SELECT 1 FROM DUAL FOO BAR", 933, "SQL command not properly ended")]
    [InlineData("SELECT 1 FRM DUAL", 923, "FROM keyword not found where expected")]
    [InlineData("INSERT INTO T (ID, N) VALUES (1)", 947, "not enough values")]
    [InlineData("CREATE TRIGGER W BEFORE INSERT ON T BEGIN NULL; END;", 900, "invalid SQL statement: the embedded server does not support CREATE TRIGGER")]
    public void Answers_with_the_errors_of_a_real_server(string sql, int number, string text)
    {
        using var connection = Open();
        Run(connection, Table);
        Run(connection, "INSERT INTO T (ID, N, V, C) VALUES (1, 1, 'a', 'b')");

        var error = Fails(() =>
        {
            using var command = Command(connection, sql);
            using var reader = command.ExecuteReader();
            reader.Read();
        });

        error.Number.Should().Be(number);
        Text(error).Should().Be($"ORA-{number:00000}: {text}");
        Scalar(connection, "SELECT COUNT(*) FROM T").Should().Be(1m);
    }

    [Fact]
    public void Checks_bound_values_as_it_checks_literals()
    {
        using var connection = Open();
        Run(connection, Table);

        Fails(() => Run(connection, "INSERT INTO T (ID, N) VALUES (1, :n)", ("n", 1000m))).Number.Should().Be(1438);
        Fails(() => Run(connection, "INSERT INTO T (ID, N) VALUES (1, :n)", ("n", "abc"))).Number.Should().Be(1722);
        Text(Fails(() => Run(connection, "INSERT INTO T (ID, N, V) VALUES (1, 1, :v)", ("v", "toolong"))))
            .Should().Be("ORA-12899: value too large for column \"KAFKAORACLE\".\"T\".\"V\" (actual: 7, maximum: 5)");
        Fails(() => Run(connection, "INSERT INTO T (ID, N) VALUES (1, :n)", ("n", null))).Number.Should().Be(1400);
        Scalar(connection, "SELECT COUNT(*) FROM T").Should().Be(0m);
    }

    [Fact]
    public void Refuses_to_create_tables_without_the_privilege()
    {
        using var server = EmbeddedOracle.Start(new EmbeddedOracleOptions { CanCreateTables = false });
        using var connection = new OracleConnection(server.ConnectionString + ";Pooling=false");
        connection.Open();

        var error = Fails(() => Run(connection, "CREATE TABLE T (ID NUMBER)"));

        error.Number.Should().Be(1031);
        Text(error).Should().Be("ORA-01031: insufficient privileges");
    }

    [Fact]
    public void Names_constraints_that_have_no_name()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE U (ID NUMBER PRIMARY KEY)");
        Run(connection, "INSERT INTO U VALUES (1)");

        var error = Fails(() => Run(connection, "INSERT INTO U VALUES (1)"));

        Text(error).Should().MatchRegex(@"^ORA-00001: unique constraint \(KAFKAORACLE\.SYS_C\d{7}\) violated$");
    }
}
