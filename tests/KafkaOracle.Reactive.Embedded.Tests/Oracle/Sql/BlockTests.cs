namespace KafkaOracle.Reactive.Embedded.Tests.Oracle.Sql;

/// <summary>PL/SQL blocks as tools send them.</summary>
public sealed class BlockTests : IDisposable
{
    private readonly SharedOracle _oracle = new();

    public BlockTests() => _oracle.Run("CREATE TABLE T (ID NUMBER CONSTRAINT T_PK PRIMARY KEY, V VARCHAR2(10))");

    public void Dispose() => _oracle.Dispose();

    [Fact]
    public void Runs_statements_with_binds()
    {
        _oracle.Run("BEGIN INSERT INTO T VALUES (:id, :v); UPDATE T SET V = V || :v WHERE ID = :id; END;", ("id", 1), ("v", "x"));

        _oracle.Rows("SELECT * FROM T").Should().Equal("1,xx");
    }

    [Fact]
    public void Takes_everything_back_when_a_statement_fails()
    {
        _oracle.Run("INSERT INTO T VALUES (1, 'kept')");

        _oracle.Error("BEGIN INSERT INTO T VALUES (2, 'new'); INSERT INTO T VALUES (1, 'twice'); END;").Should().Be("ORA-00001: unique constraint (KAFKAORACLE.T_PK) violated");
        _oracle.Rows("SELECT * FROM T").Should().Equal("1,kept");
    }

    [Fact]
    public void Creates_what_is_not_there_yet()
    {
        const string Create = "BEGIN EXECUTE IMMEDIATE 'CREATE TABLE N (ID NUMBER)'; EXCEPTION WHEN OTHERS THEN IF SQLCODE != -955 THEN RAISE; END IF; END;";
        _oracle.Run(Create);
        _oracle.Run(Create);
        _oracle.Run("BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN OTHERS THEN NULL; END;");

        _oracle.Error("BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN OTHERS THEN IF SQLCODE NOT IN (-955, -1408) THEN RAISE; END IF; END;").Should().Be("ORA-00942: table or view does not exist");
        _oracle.Run("BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN OTHERS THEN IF SQLCODE = -942 THEN NULL; ELSE RAISE; END IF; END;");
    }

    [Fact]
    public void Raises_errors_of_its_own() =>
        _oracle.Error("BEGIN RAISE_APPLICATION_ERROR(-20001, 'my own'); END;").Should().Be("ORA-20001: my own");

    [Fact]
    public void Names_what_it_cannot_do() =>
        _oracle.Error("BEGIN FOR i IN 1..3 LOOP NULL; END LOOP; END;").Should().Be("ORA-00900: invalid SQL statement: the embedded server does not support FOR in a PL/SQL block");
}
