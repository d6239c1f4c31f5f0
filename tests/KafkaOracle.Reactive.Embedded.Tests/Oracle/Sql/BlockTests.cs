namespace KafkaOracle.Reactive.Embedded.Tests.Oracle.Sql;

/// <summary>PL/SQL blocks: control flow, SQL in them, errors and what becomes of changes.</summary>
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

        _oracle.Error("BEGIN INSERT INTO T VALUES (2, 'new');\nINSERT INTO T VALUES (1, 'twice'); END;").Should().Be("ORA-00001: unique constraint (KAFKAORACLE.T_PK) violated\nORA-06512: at line 2");
        _oracle.Rows("SELECT * FROM T").Should().Equal("1,kept");
    }

    [Fact]
    public void Keeps_what_came_before_an_error_that_is_handled()
    {
        _oracle.Run("BEGIN INSERT INTO T VALUES (1, 'a'); INSERT INTO T VALUES (1, 'b'); EXCEPTION WHEN DUP_VAL_ON_INDEX THEN INSERT INTO T VALUES (2, 'c'); END;");

        _oracle.Rows("SELECT * FROM T ORDER BY ID").Should().Equal("1,a", "2,c");
    }

    [Fact]
    public void Creates_what_is_not_there_yet()
    {
        const string Create = "BEGIN EXECUTE IMMEDIATE 'CREATE TABLE N (ID NUMBER)'; EXCEPTION WHEN OTHERS THEN IF SQLCODE != -955 THEN RAISE; END IF; END;";
        _oracle.Run(Create);
        _oracle.Run(Create);
        _oracle.Run("BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN OTHERS THEN NULL; END;");

        _oracle.Error("BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN OTHERS THEN IF SQLCODE NOT IN (-955, -1408) THEN RAISE; END IF; END;").Should().StartWith("ORA-00942: table or view does not exist\n");
        _oracle.Run("BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN OTHERS THEN IF SQLCODE = -942 THEN NULL; ELSE RAISE; END IF; END;");
        _oracle.Run("DECLARE missing EXCEPTION; PRAGMA EXCEPTION_INIT(missing, -942); BEGIN EXECUTE IMMEDIATE 'DROP TABLE N'; EXCEPTION WHEN missing THEN NULL; END;");
    }

    [Fact]
    public void Branches_and_loops()
    {
        _oracle.Run("""
            DECLARE
              total PLS_INTEGER := 0;
              done BOOLEAN := FALSE;
              word VARCHAR2(10);
            BEGIN
              FOR i IN 1..5 LOOP
                CONTINUE WHEN MOD(i, 2) = 0;
                total := total + i;
              END LOOP;
              WHILE NOT done LOOP
                total := total + 1;
                done := total >= 20;
              END LOOP;
              <<outer>>
              FOR i IN REVERSE 1..3 LOOP
                LOOP
                  EXIT outer WHEN i = 2;
                  EXIT;
                END LOOP;
                total := total + 100 * i;
              END LOOP;
              IF total < 100 THEN word := 'small'; ELSIF total < 1000 THEN word := 'middle'; ELSE word := 'large'; END IF;
              CASE word WHEN 'small' THEN total := -1; WHEN 'middle' THEN INSERT INTO T VALUES (total, word); END CASE;
            END;
            """);

        _oracle.Rows("SELECT * FROM T").Should().Equal("320,middle");
    }

    [Fact]
    public void Reads_rows_into_variables_and_over_cursors()
    {
        for (var i = 1; i <= 3; i++) _oracle.Run($"INSERT INTO T VALUES ({i}, 'v{i}')");
        _oracle.Run("""
            DECLARE
              CURSOR c(least NUMBER) IS SELECT id, v FROM t WHERE id >= least ORDER BY id;
              r c%ROWTYPE;
              t_row T%ROWTYPE;
              id T.ID%TYPE;
              n NUMBER := 0;
            BEGIN
              SELECT * INTO t_row FROM t WHERE t.id = 1;
              n := n + t_row.id;
              OPEN c(2);
              LOOP
                FETCH c INTO r;
                EXIT WHEN c%NOTFOUND;
                n := n + 10 * r.id;
              END LOOP;
              n := n + 100 * c%ROWCOUNT;
              CLOSE c;
              FOR x IN c(least => 3) LOOP n := n; END LOOP;
            END;
            """.Replace("c(least => 3)", "c(3)", StringComparison.Ordinal).Replace("n := n;", "n := n + 1000 * x.id;", StringComparison.Ordinal)
            .Replace("CLOSE c;", "CLOSE c; FOR y IN (SELECT COUNT(*) k FROM t) LOOP n := n + 10000 * y.k; END LOOP;", StringComparison.Ordinal)
            .Replace("END LOOP;\nEND;", "END LOOP;\n  UPDATE T SET ID = n WHERE ID = 1;\nEND;", StringComparison.Ordinal));

        _oracle.Rows("SELECT MAX(ID) FROM T").Should().Equal("33251");
    }

    [Fact]
    public void Tells_rows_that_are_missing_or_too_many()
    {
        _oracle.Run("BEGIN INSERT INTO T VALUES (1, 'a'); INSERT INTO T VALUES (2, 'b'); END;");

        _oracle.Error("DECLARE n NUMBER; BEGIN SELECT ID INTO n FROM T WHERE ID = 9; END;").Should().StartWith("ORA-01403: no data found\n");
        _oracle.Error("DECLARE n NUMBER; BEGIN SELECT ID INTO n FROM T; END;").Should().StartWith("ORA-01422: exact fetch returns more than requested number of rows\n");
        _oracle.Run("DECLARE n NUMBER; BEGIN SELECT ID INTO n FROM T WHERE ID = 9; EXCEPTION WHEN NO_DATA_FOUND THEN INSERT INTO T VALUES (SQLCODE, 'none'); END;");
        _oracle.Rows("SELECT V FROM T WHERE ID = 100").Should().Equal("none");
    }

    [Fact]
    public void Counts_rows_and_returns_values()
    {
        _oracle.Run("""
            DECLARE a NUMBER; b VARCHAR2(10); s NUMBER := 0;
            BEGIN
              INSERT INTO T VALUES (1, 'a') RETURNING ID * 2, V INTO a, b;
              s := s + SQL%ROWCOUNT;
              UPDATE T SET V = 'x' WHERE ID = 77;
              IF SQL%NOTFOUND AND SQL%ROWCOUNT = 0 THEN s := s + 10; END IF;
              EXECUTE IMMEDIATE 'INSERT INTO T VALUES (:1, :2)' USING a * 10, b || '!';
              EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM T WHERE ID > :x' INTO a USING 0;
              INSERT INTO T VALUES (s + 100 * a, b);
            END;
            """);

        _oracle.Rows("SELECT * FROM T ORDER BY ID").Should().Equal("1,a", "20,a!", "211,a");
    }

    [Fact]
    public void Raises_and_handles_errors_of_its_own()
    {
        _oracle.Error("BEGIN RAISE_APPLICATION_ERROR(-20001, 'my own'); END;").Should().Be("ORA-20001: my own\nORA-06512: at line 1");
        _oracle.Error("DECLARE e EXCEPTION; BEGIN RAISE e; END;").Should().StartWith("ORA-06510: PL/SQL: unhandled user-defined exception\n");
        _oracle.Run("DECLARE e EXCEPTION; BEGIN BEGIN RAISE e; EXCEPTION WHEN OTHERS THEN INSERT INTO T VALUES (SQLCODE, 'x'); RAISE; END; EXCEPTION WHEN e OR ZERO_DIVIDE THEN UPDATE T SET V = 'again'; END;");
        _oracle.Rows("SELECT * FROM T").Should().Equal("1,again");
    }

    [Theory]
    [InlineData("DECLARE v VARCHAR2(2); BEGIN v := 'abc'; END;", "ORA-06502: PL/SQL: numeric or value error: character string buffer too small")]
    [InlineData("DECLARE n NUMBER(2); BEGIN n := 100; END;", "ORA-06502: PL/SQL: numeric or value error: number precision too large")]
    [InlineData("DECLARE n NUMBER; BEGIN n := 'x'; END;", "ORA-06502: PL/SQL: numeric or value error: character to number conversion error")]
    [InlineData("DECLARE n PLS_INTEGER; BEGIN n := 2147483648; END;", "ORA-01426: numeric overflow")]
    [InlineData("DECLARE n NUMBER NOT NULL := 1; BEGIN n := NULL; END;", "ORA-06502: PL/SQL: numeric or value error")]
    [InlineData("DECLARE n NUMBER; BEGIN n := 1 / 0; END;", "ORA-01476: divisor is equal to zero")]
    [InlineData("BEGIN CASE 1 WHEN 2 THEN NULL; END CASE; END;", "ORA-06592: CASE not found while executing CASE statement")]
    [InlineData("DECLARE CURSOR c IS SELECT 1 n FROM DUAL; BEGIN CLOSE c; END;", "ORA-01001: invalid cursor")]
    [InlineData("BEGIN EXECUTE IMMEDIATE 'SELECT :a FROM DUAL'; END;", "ORA-01008: not all variables bound")]
    public void Fails_as_PL_SQL_does(string block, string error) => _oracle.Error(block).Should().StartWith(error);

    [Theory]
    [InlineData("BEGIN x := 1; END;", "ORA-06550: line 1, column 7:\nPLS-00201: identifier 'X' must be declared")]
    [InlineData("DECLARE n NUMBER;\nBEGIN\n  n := y + 1; END;", "ORA-06550: line 3, column 8:\nPLS-00201: identifier 'Y' must be declared")]
    [InlineData("BEGIN INSERT INTO T VALUES (1, 'a'); DELETE FROM NOSUCH; EXCEPTION WHEN OTHERS THEN NULL; END;", "ORA-06550: line 1, column 50:\nPL/SQL: ORA-00942: table or view does not exist")]
    [InlineData("DECLARE c CONSTANT NUMBER := 1; BEGIN c := 2; END;", "ORA-06550: line 1, column 39:\nPLS-00363: expression 'C' cannot be used as an assignment target")]
    [InlineData("DECLARE n NUMBER; BEGIN IF n THEN NULL; END IF; END;", "ORA-06550: line 1, column 28:\nPLS-00382: expression is of wrong type")]
    [InlineData("BEGIN GOTO there; END;", "ORA-06550: line 1, column 7:\nPLS-00999: implementation restriction (may be temporary) the embedded server does not support GOTO in a PL/SQL block")]
    [InlineData("DECLARE TYPE l IS TABLE OF NUMBER; BEGIN NULL; END;", "ORA-06550: line 1, column 9:\nPLS-00999: implementation restriction (may be temporary) the embedded server does not support TYPE in a PL/SQL block")]
    [InlineData("BEGIN SELECT 1 FROM DUAL; END;", "ORA-06550: line 1, column 7:\nPLS-00428: an INTO clause is expected in this SELECT statement")]
    [InlineData("BEGIN NOSUCH(1); END;", "ORA-06550: line 1, column 7:\nPLS-00201: identifier 'NOSUCH' must be declared")]
    public void Finds_what_is_wrong_before_it_runs(string block, string error)
    {
        _oracle.Error(block).Should().StartWith(error);
        _oracle.Rows("SELECT * FROM T").Should().BeEmpty();
    }

    [Fact]
    public void Commits_in_between()
    {
        _oracle.Error("BEGIN INSERT INTO T VALUES (1, 'a'); COMMIT; INSERT INTO T VALUES (2, 'b'); INSERT INTO T VALUES (2, 'c'); END;").Should().StartWith("ORA-00001");

        _oracle.Rows("SELECT * FROM T").Should().Equal("1,a");
    }

    [Fact]
    public void Sees_tables_change_under_it()
    {
        _oracle.Run("CREATE TABLE G (A NUMBER)");
        _oracle.Run("BEGIN FOR i IN 1..2 LOOP INSERT INTO G (A) VALUES (i); EXECUTE IMMEDIATE 'ALTER TABLE G ADD (B' || i || ' NUMBER DEFAULT 7)'; END LOOP; END;");

        _oracle.Rows("SELECT * FROM G ORDER BY A").Should().Equal("1,7,7", "2,7,7");
    }
}
