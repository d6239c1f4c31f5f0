namespace KafkaOracle.Reactive.Embedded.Tests.Oracle.Sql;

/// <summary>INSERT ALL, UPDATE of several columns, ROWNUM in DML, and MERGE with all its parts.</summary>
public sealed class DmlTests : IDisposable
{
    private readonly SharedOracle _oracle = new();

    public void Dispose() => _oracle.Dispose();

    [Fact]
    public void Texts_with_a_NUL_in_them_are_texts()
    {
        _oracle.Rows("SELECT LENGTH('a\0b') FROM DUAL").Should().Equal("3");
        _oracle.Error("SELECT 1 AS \"a\0b\" FROM DUAL").Should().Be("ORA-00911: invalid character");
    }

    [Fact]
    public void Inserts_into_several_tables_by_conditions()
    {
        _oracle.Run("CREATE TABLE SMALL (ID NUMBER, V VARCHAR2(10))");
        _oracle.Run("CREATE TABLE LARGE (ID NUMBER, V VARCHAR2(10) DEFAULT 'big')");

        _oracle.Run("INSERT ALL INTO SMALL VALUES (1, 'a') INTO LARGE (ID) VALUES (2) SELECT * FROM DUAL").Should().Be(2);
        _oracle.Run("""
            INSERT ALL WHEN N < 3 THEN INTO SMALL (ID, V) VALUES (N, 'all') WHEN N > 1 THEN INTO LARGE (ID) VALUES (N * 10) ELSE INTO LARGE VALUES (N, 'else')
            SELECT LEVEL - 1 N FROM DUAL CONNECT BY LEVEL <= 4
            """).Should().Be(5);
        _oracle.Run("""
            INSERT FIRST WHEN N < 2 THEN INTO SMALL VALUES (N, 'first') WHEN N < 3 THEN INTO LARGE VALUES (N, 'second') ELSE INTO LARGE VALUES (N, 'third')
            SELECT LEVEL N FROM DUAL CONNECT BY LEVEL <= 3
            """).Should().Be(3);

        _oracle.Rows("SELECT ID, V FROM SMALL ORDER BY ROWID").Should().Equal("1,a", "0,all", "1,all", "2,all", "1,first");
        _oracle.Rows("SELECT ID, V FROM LARGE ORDER BY ROWID").Should().Equal("2,big", "20,big", "30,big", "2,second", "3,third");
    }

    [Fact]
    public void Updates_several_columns_from_a_subquery()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER, A NUMBER(5,2), B VARCHAR2(5))");
        _oracle.Run("CREATE TABLE S (ID NUMBER, A NUMBER, B VARCHAR2(20))");
        _oracle.Run("INSERT ALL INTO T VALUES (1, 1, 'x') INTO T VALUES (2, 2, 'y') INTO S VALUES (1, 1.005, 'new') SELECT 1 FROM DUAL");

        _oracle.Run("UPDATE T SET (A, B) = (SELECT S.A, S.B FROM S WHERE S.ID = T.ID)").Should().Be(2);
        _oracle.Rows("SELECT * FROM T ORDER BY ID").Should().Equal("1,1.01,new", "2,,");
        _oracle.Run("INSERT INTO S VALUES (1, 7, 'twice')");
        _oracle.Error("UPDATE T SET (A, B) = (SELECT S.A, S.B FROM S WHERE S.ID = T.ID)").Should().Be("ORA-01427: single-row subquery returns more than one row");
        _oracle.Error("UPDATE T SET A = 1, A = 2").Should().Be("ORA-00957: duplicate column name");
    }

    [Fact]
    public void Changes_as_many_rows_as_ROWNUM_allows()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER)");
        _oracle.Run("INSERT INTO T SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 10");

        _oracle.Run("UPDATE T SET ID = -ID WHERE ROWNUM <= 3 AND ID > 4").Should().Be(3);
        _oracle.Run("DELETE FROM T WHERE ID > 0 AND ROWNUM < 3").Should().Be(2);
        _oracle.Run("DELETE FROM T WHERE ROWNUM > 1").Should().Be(0);
        _oracle.Rows("SELECT ID FROM T ORDER BY ID").Should().Equal("-7", "-6", "-5", "3", "4", "8", "9", "10");
    }

    [Fact]
    public void Deletes_duplicates_by_ROWID()
    {
        _oracle.Run("CREATE TABLE T (K VARCHAR2(5))");
        _oracle.Run("INSERT INTO T SELECT CASE WHEN LEVEL < 4 THEN 'a' ELSE 'b' END FROM DUAL CONNECT BY LEVEL <= 5");

        _oracle.Run("DELETE FROM T WHERE ROWID NOT IN (SELECT MIN(ROWID) FROM T GROUP BY K)").Should().Be(3);
        _oracle.Rows("SELECT K FROM T ORDER BY K").Should().Equal("a", "b");
    }

    [Fact]
    public void Merges_rows_of_a_table_with_every_clause()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER PRIMARY KEY, V NUMBER, NOTE VARCHAR2(10))");
        _oracle.Run("CREATE TABLE S (ID NUMBER, V NUMBER)");
        _oracle.Run("INSERT INTO T SELECT LEVEL, LEVEL, 'old' FROM DUAL CONNECT BY LEVEL <= 4");
        _oracle.Run("INSERT INTO S SELECT LEVEL + 1, (LEVEL + 1) * 10 FROM DUAL CONNECT BY LEVEL <= 5");

        _oracle.Run("""
            MERGE INTO T USING S ON (T.ID = S.ID)
            WHEN MATCHED THEN UPDATE SET T.V = S.V, T.NOTE = 'new' WHERE S.V > 20 DELETE WHERE T.V = 40
            WHEN NOT MATCHED THEN INSERT (ID, V) VALUES (S.ID, S.V) WHERE S.ID <> 6
            """).Should().Be(3);

        _oracle.Rows("SELECT ID, V, NOTE FROM T ORDER BY ID").Should().Equal("1,1,old", "2,2,old", "3,30,new", "5,50,");
    }

    [Fact]
    public void Merges_a_table_with_itself()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER PRIMARY KEY, V NUMBER)");
        _oracle.Run("INSERT INTO T SELECT LEVEL, LEVEL FROM DUAL CONNECT BY LEVEL <= 3");

        _oracle.Run("MERGE INTO T USING (SELECT ID + 1 ID, V FROM T) s ON (T.ID = s.ID) WHEN MATCHED THEN UPDATE SET V = s.V * 100 WHEN NOT MATCHED THEN INSERT VALUES (s.ID, s.V)").Should().Be(3);

        _oracle.Rows("SELECT * FROM T ORDER BY ID").Should().Equal("1,1", "2,100", "3,200", "4,3");
    }

    [Fact]
    public void Refuses_to_merge_two_rows_into_one()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER, V NUMBER)");
        _oracle.Run("INSERT INTO T VALUES (1, 0)");
        const string Rows = "(SELECT 1 ID, 10 V FROM DUAL UNION ALL SELECT 1, 20 FROM DUAL)";

        _oracle.Error($"MERGE INTO T USING {Rows} s ON (T.ID = s.ID) WHEN MATCHED THEN UPDATE SET V = s.V").Should().Be("ORA-30926: unable to get a stable set of rows in the source tables");
        _oracle.Run($"MERGE INTO T USING {Rows} s ON (T.ID = s.ID) WHEN MATCHED THEN UPDATE SET V = s.V WHERE s.V = 20").Should().Be(1);
        _oracle.Rows("SELECT V FROM T").Should().Equal("20");
        _oracle.Error("MERGE INTO T USING DUAL ON (T.ID = 1) WHEN MATCHED THEN UPDATE SET ID = 2").Should().Be("ORA-38104: Columns referenced in the ON Clause cannot be updated: \"T\".\"ID\"");
    }

    [Fact]
    public void Merges_one_bound_row_and_deletes_it()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER PRIMARY KEY, V NUMBER)");
        const string Merge = """
            MERGE INTO T USING (SELECT :id ID, :v V FROM DUAL) s ON (T.ID = s.ID)
            WHEN MATCHED THEN UPDATE SET V = s.V DELETE WHERE T.V < 0 WHEN NOT MATCHED THEN INSERT (ID, V) VALUES (s.ID, s.V) WHERE s.V > 0
            """;

        _oracle.Run(Merge, ("id", 1), ("v", 5)).Should().Be(1);
        _oracle.Run(Merge, ("id", 2), ("v", 0)).Should().Be(0);
        _oracle.Run(Merge, ("id", 1), ("v", 6)).Should().Be(1);
        _oracle.Rows("SELECT * FROM T").Should().Equal("1,6");
        _oracle.Run(Merge, ("id", 1), ("v", -1)).Should().Be(1);
        _oracle.Rows("SELECT * FROM T").Should().BeEmpty();
    }

    [Fact]
    public void Shifts_a_unique_key_as_a_whole()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER PRIMARY KEY, V NUMBER)");
        _oracle.Run("INSERT INTO T SELECT LEVEL, LEVEL FROM DUAL CONNECT BY LEVEL <= 3");

        _oracle.Run("UPDATE T SET ID = ID + 1").Should().Be(3);

        _oracle.Rows("SELECT * FROM T ORDER BY ID").Should().Equal("2,1", "3,2", "4,3");
        _oracle.Error("UPDATE T SET ID = ID - MOD(ID, 2)").Should().StartWith("ORA-00001: unique constraint");
        _oracle.Rows("SELECT * FROM T ORDER BY ID").Should().Equal("2,1", "3,2", "4,3");
    }

    [Fact]
    public void Takes_long_texts_where_a_server_does()
    {
        _oracle.Run("CREATE TABLE T (ID NUMBER, C CLOB, V VARCHAR2(10))");
        var text = new string('x', 5000);

        _oracle.Run("INSERT INTO T (ID, C) VALUES (1, :c)", ("c", text)).Should().Be(1);
        _oracle.Run("UPDATE T SET C = :c", ("c", text + text)).Should().Be(1);
        _oracle.Rows("SELECT LENGTH(C) FROM T").Should().Equal("10000");
        _oracle.Error("MERGE INTO T USING (SELECT 1 ID, :c C FROM DUAL) s ON (T.ID = s.ID) WHEN MATCHED THEN UPDATE SET C = s.C", ("c", text))
            .Should().Be("ORA-01461: can bind a LONG value only for insert into a LONG column");
        _oracle.Error("UPDATE T SET ID = 2 WHERE V = :c", ("c", text)).Should().Be("ORA-01461: can bind a LONG value only for insert into a LONG column");
    }

    [Fact]
    public void Takes_back_every_branch_of_a_statement_that_fails()
    {
        _oracle.Run("CREATE TABLE A (ID NUMBER)");
        _oracle.Run("CREATE TABLE B (ID NUMBER CONSTRAINT B_POSITIVE CHECK (ID > 0))");

        _oracle.Error("INSERT ALL INTO A VALUES (1) INTO B VALUES (-1) SELECT 1 FROM DUAL").Should().Be("ORA-02290: check constraint (KAFKAORACLE.B_POSITIVE) violated");
        _oracle.Rows("SELECT COUNT(*) FROM A").Should().Equal("0");
    }
}
