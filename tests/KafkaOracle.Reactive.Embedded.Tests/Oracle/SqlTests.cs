using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class SqlTests : OracleFixture
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", "5")]
    [InlineData("1 / 3", "0.3333333333333333333333333333333333333333")]
    [InlineData("2 || 'x' || NULL", "2x")]
    [InlineData("NVL(NULL, 5)", "5")]
    [InlineData("COALESCE(NULL, NULL, 'c')", "c")]
    [InlineData("DECODE(2, 1, 'one', 2, 'two', 'many')", "two")]
    [InlineData("DECODE(NULL, NULL, 'null', 'not')", "null")]
    [InlineData("CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END", "b")]
    [InlineData("ROUND(2.345, 2)", "2.35")]
    [InlineData("ROUND(-2.5)", "-3")]
    [InlineData("TRUNC(2.349, 2)", "2.34")]
    [InlineData("TRUNC(1234, -2)", "1200")]
    [InlineData("MOD(-7, 3)", "-1")]
    [InlineData("ABS(-1.5)", "1.5")]
    [InlineData("FLOOR(-1.5)", "-2")]
    [InlineData("CEIL(1.2)", "2")]
    [InlineData("SUBSTR('abcdef', 2, 3)", "bcd")]
    [InlineData("SUBSTR('abcdef', -2)", "ef")]
    [InlineData("LENGTH('häuser')", "6")]
    [InlineData("UPPER('aß') || LOWER('ÄB')", "Aßäb")]
    [InlineData("INSTR('banana', 'an', 1, 2)", "4")]
    [InlineData("REPLACE('aXbX', 'X', '-')", "a-b-")]
    [InlineData("LPAD('7', 3, '0') || RPAD('x', 3) || '|'", "007x  |")]
    [InlineData("TRIM('  a ') || LTRIM('xxa', 'x') || TRIM(LEADING '0' FROM '007')", "aa7")]
    [InlineData("TO_CHAR(DATE '2010-12-01', 'YYYY-MM-DD HH24:MI:SS')", "2010-12-01 00:00:00")]
    [InlineData("TO_CHAR(TIMESTAMP '2010-12-01 08:26:05.123456', 'DD-MON-RR HH.MI.SS.FF3 AM')", "01-DEC-10 08.26.05.123 AM")]
    [InlineData("TO_CHAR(1234.5, '9G999D00')", " 1,234.50")]
    [InlineData("TO_CHAR(-0.5)", "-.5")]
    [InlineData("TO_CHAR(5, 'FM000')", "005")]
    [InlineData("TO_CHAR(TO_DATE('31.12.2024', 'DD.MM.YYYY') + 1, 'YYYYMMDD')", "20250101")]
    [InlineData("TO_CHAR(TO_TIMESTAMP('2024-01-01T10:11:12.5', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF'), 'SS.FF1')", "12.5")]
    [InlineData("TO_CHAR(TRUNC(TIMESTAMP '2024-05-17 10:00:00', 'MM'), 'DD')", "01")]
    [InlineData("DATE '2024-03-01' - DATE '2024-02-01'", "29")]
    [InlineData("TO_CHAR(TIMESTAMP '2024-01-01 00:00:00' + INTERVAL '90' MINUTE, 'HH24:MI')", "01:30")]
    [InlineData("TO_CHAR(ADD_MONTHS(DATE '2024-01-31', 1), 'MM-DD')", "02-29")]
    [InlineData("EXTRACT(YEAR FROM DATE '2024-01-31')", "2024")]
    [InlineData("CAST('12.5' AS NUMBER(5,1)) + CAST(1 AS BINARY_DOUBLE)", "13.5")]
    [InlineData("CAST('abc' AS VARCHAR2(10)) || CAST('x' AS CHAR(3)) || '|'", "abcx  |")]
    [InlineData("GREATEST(1, 10, 9) - LEAST(3, 2)", "8")]
    [InlineData("SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') || '/' || USER", "KAFKAORACLE/KAFKAORACLE")]
    [InlineData("NULLIF(1, 1)", "")]
    [InlineData("TO_NUMBER('1e3')", "1000")]
    public void Computes(string expression, string expected)
    {
        using var connection = Open();

        Rows(connection, $"SELECT {expression} FROM DUAL").Should().Equal(expected);
    }

    [Fact]
    public void Reads_its_clock()
    {
        var clock = new FixedClock(new DateTimeOffset(2024, 5, 6, 7, 8, 9, 123, TimeSpan.Zero));
        using var server = EmbeddedOracle.Start(new EmbeddedOracleOptions { Clock = clock });
        using var connection = new OracleConnection(server.ConnectionString + ";Pooling=false");
        connection.Open();

        Scalar(connection, "SELECT SYSTIMESTAMP FROM DUAL").Should().Be(clock.GetUtcNow());
        Scalar(connection, "SELECT SYSDATE FROM DUAL").Should().Be(new DateTime(2024, 5, 6, 7, 8, 9));
    }

    [Fact]
    public void Joins_groups_and_sorts()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE SALES (ID NUMBER(10), COUNTRY VARCHAR2(20), AMOUNT NUMBER(10,2), AT TIMESTAMP)");
        Run(connection, "CREATE TABLE RATES (COUNTRY VARCHAR2(20), RATE NUMBER(10,4))");
        Run(connection, """
            INSERT INTO SALES SELECT 1, 'FR', 10.10, TIMESTAMP '2010-12-01 08:00:00' FROM DUAL UNION ALL SELECT 2, 'FR', 5.05, TIMESTAMP '2010-12-01 09:30:00' FROM DUAL
            UNION ALL SELECT 3, 'DE', 7, TIMESTAMP '2010-12-01 09:45:00' FROM DUAL UNION ALL SELECT 4, NULL, 1, NULL FROM DUAL
            """).Should().Be(4);
        Run(connection, "INSERT INTO RATES VALUES ('FR', 1.5)");

        Rows(connection, "SELECT COUNTRY, COUNT(*), SUM(AMOUNT) FROM SALES GROUP BY COUNTRY ORDER BY COUNTRY").Should().Equal("DE,1,7", "FR,2,15.15", ",1,1");
        Rows(connection, "SELECT s.COUNTRY c, SUM(s.AMOUNT * r.RATE) FROM SALES s JOIN RATES r ON r.COUNTRY = s.COUNTRY GROUP BY s.COUNTRY").Should().Equal("FR,22.725");
        Rows(connection, "SELECT s.ID, r.RATE FROM SALES s LEFT JOIN RATES r ON r.COUNTRY = s.COUNTRY ORDER BY s.ID DESC").Should().Equal("4,", "3,", "2,1.5", "1,1.5");
        Rows(connection, "SELECT COUNTRY FROM SALES GROUP BY COUNTRY HAVING SUM(AMOUNT) > 10").Should().Equal("FR");
        Rows(connection, "SELECT ID FROM SALES WHERE COUNTRY IN (SELECT COUNTRY FROM RATES) AND AMOUNT BETWEEN 6 AND 20").Should().Equal("1");
        Rows(connection, "SELECT ID FROM SALES s WHERE NOT EXISTS (SELECT 1 FROM RATES r WHERE r.COUNTRY = s.COUNTRY) ORDER BY 1").Should().Equal("3", "4");
        Rows(connection, "SELECT ID FROM SALES WHERE COUNTRY LIKE 'F%' ORDER BY AMOUNT").Should().Equal("2", "1");
        Rows(connection, "SELECT ID FROM SALES ORDER BY ID OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY").Should().Equal("2", "3");
        Rows(connection, "SELECT ID FROM (SELECT ID FROM SALES ORDER BY ID DESC) WHERE ROWNUM <= 2").Should().Equal("4", "3");
        Rows(connection, "SELECT TO_CHAR(TRUNC(AT, 'HH24'), 'HH24'), COUNT(*) FROM SALES WHERE AT IS NOT NULL GROUP BY TRUNC(AT, 'HH24') ORDER BY 1").Should().Equal("08,1", "09,2");
        Rows(connection, "WITH big AS (SELECT ID, AMOUNT a FROM SALES WHERE AMOUNT > 5) SELECT COUNT(*), MAX(a) FROM big").Should().Equal("3,10.1");
        Rows(connection, "SELECT ID, ROW_NUMBER() OVER (PARTITION BY COUNTRY ORDER BY AMOUNT DESC) FROM SALES WHERE COUNTRY = 'FR' ORDER BY ID").Should().Equal("1,1", "2,2");
        Rows(connection, "SELECT DISTINCT COUNTRY FROM SALES WHERE AT >= :since ORDER BY COUNTRY", ("since", new DateTime(2010, 12, 1, 9, 0, 0))).Should().Equal("DE", "FR");
        Rows(connection, "SELECT LISTAGG(ID, '-') WITHIN GROUP (ORDER BY ID DESC) FROM SALES").Should().Equal("4-3-2-1");
        Rows(connection, "SELECT (SELECT MAX(RATE) FROM RATES), COUNT(DISTINCT COUNTRY) FROM SALES").Should().Equal("1.5,2");
        Run(connection, "UPDATE SALES s SET AMOUNT = AMOUNT * (SELECT RATE FROM RATES r WHERE r.COUNTRY = s.COUNTRY) WHERE COUNTRY = 'FR'").Should().Be(2);
        Rows(connection, "SELECT AMOUNT FROM SALES WHERE ID = 2").Should().Equal("7.58");
        Run(connection, "DELETE FROM SALES WHERE (COUNTRY, ID) IN (SELECT 'FR', 1 FROM DUAL)").Should().Be(1);
    }

    [Fact]
    public void Goes_on_after_more_different_statements_than_it_remembers()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE S (ID NUMBER(10) PRIMARY KEY, V NUMBER(10))");
        for (var i = 0; i < 350; i++)
        {
            Run(connection, $"MERGE INTO S t USING (SELECT {i % 7} ID FROM DUAL) s ON (t.ID = s.ID) WHEN MATCHED THEN UPDATE SET V = {i} WHEN NOT MATCHED THEN INSERT (ID, V) VALUES (s.ID, {i})")
                .Should().Be(1);
        }

        Scalar(connection, "SELECT SUM(V) FROM S").Should().Be((decimal)Enumerable.Range(343, 7).Sum());
    }

    [Fact]
    public void Binds_by_name_more_than_once()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE B (ID NUMBER(10), V VARCHAR2(10))");
        Run(connection, "INSERT INTO B VALUES (:id, :v)", ("v", "x"), ("id", 1)).Should().Be(1);

        Run(connection, "UPDATE B SET V = :v WHERE ID = :id OR V = :v", ("id", 1), ("v", "z")).Should().Be(1);

        Scalar(connection, "SELECT V FROM B WHERE ID = :id", ("id", "1")).Should().Be("z");
    }

    [Fact]
    public void Fills_defaults_and_changes_tables()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE D (ID NUMBER(10), V VARCHAR2(10) DEFAULT 'none' NOT NULL, N NUMBER(5) DEFAULT 1 + 1)");
        Run(connection, "INSERT INTO D (ID) VALUES (1)");
        Run(connection, "INSERT INTO D (ID, V) VALUES (2, DEFAULT)");
        Run(connection, "CREATE UNIQUE INDEX D_IX ON D (ID)");
        Run(connection, "ALTER TABLE D ADD (X NUMBER(3) DEFAULT 7 NOT NULL, Y DATE)");
        Run(connection, "ALTER TABLE D ADD CONSTRAINT D_CK CHECK (X < 100)");

        Rows(connection, "SELECT * FROM D ORDER BY ID").Should().Equal("1,none,2,7,", "2,none,2,7,");
        Text(Fails(() => Run(connection, "INSERT INTO D (ID) VALUES (2)"))).Should().Be("ORA-00001: unique constraint (KAFKAORACLE.D_IX) violated");
        Text(Fails(() => Run(connection, "UPDATE D SET X = 100"))).Should().Be("ORA-02290: check constraint (KAFKAORACLE.D_CK) violated");
        Run(connection, "TRUNCATE TABLE D");
        Scalar(connection, "SELECT COUNT(*) FROM D").Should().Be(0m);
        Run(connection, "DROP TABLE D PURGE");
        Fails(() => Scalar(connection, "SELECT COUNT(*) FROM D")).Number.Should().Be(942);
    }

    [Fact]
    public void Describes_its_tables_in_the_data_dictionary()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE T (ID NUMBER(10) CONSTRAINT T_PK PRIMARY KEY, A NUMBER(12,2) DEFAULT 0, N NUMBER, V VARCHAR2(30 CHAR), B VARCHAR2(30), TS TIMESTAMP(3) NOT NULL)");

        Rows(connection, "SELECT TABLE_NAME FROM USER_TABLES").Should().Equal("T");
        Rows(connection, """
            SELECT COLUMN_NAME, DATA_TYPE, DATA_LENGTH, CHAR_LENGTH, CHAR_USED, DATA_PRECISION, DATA_SCALE, NULLABLE, COLUMN_ID
            FROM USER_TAB_COLUMNS WHERE TABLE_NAME = :t ORDER BY COLUMN_ID
            """, ("t", "T")).Should().Equal(
            "ID,NUMBER,22,0,,10,0,N,1", "A,NUMBER,22,0,,12,2,Y,2", "N,NUMBER,22,0,,,,Y,3", "V,VARCHAR2,120,30,C,,,Y,4", "B,VARCHAR2,30,30,B,,,Y,5", "TS,TIMESTAMP(3),11,0,,,3,N,6");
        Rows(connection, """
            SELECT c.CONSTRAINT_NAME, c.CONSTRAINT_TYPE, k.COLUMN_NAME, k.POSITION FROM USER_CONSTRAINTS c
            JOIN USER_CONS_COLUMNS k ON k.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE c.TABLE_NAME = 'T' AND c.CONSTRAINT_TYPE = 'P'
            """).Should().Equal("T_PK,P,ID,1");
        Rows(connection, "SELECT OWNER, TABLE_NAME FROM ALL_TABLES").Should().Equal("KAFKAORACLE,T");
        Rows(connection, "SELECT BANNER FROM V$VERSION").Should().ContainSingle().Which.Should().StartWith("Oracle Database 23ai");
    }

    [Fact]
    public void Reads_results_larger_than_a_fetch()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE BIG (ID NUMBER(10), V VARCHAR2(200))");
        var ids = Enumerable.Range(0, 5000).ToArray();
        using (var insert = ArrayCommand(connection, "INSERT INTO BIG VALUES (:id, :v)", ids.Length, ("id", OracleDbType.Int32, ids), ("v", OracleDbType.Varchar2, ids.Select(i => new string('v', i % 200)).ToArray()))) insert.ExecuteNonQuery();
        using var command = Command(connection, "SELECT ID, V FROM BIG ORDER BY ID");
        command.FetchSize = 4096;
        using var reader = command.ExecuteReader();

        var n = 0;
        for (; reader.Read(); n++)
        {
            reader.GetInt32(0).Should().Be(n);
            (reader.IsDBNull(1) ? 0 : reader.GetString(1).Length).Should().Be(n % 200);
        }
        n.Should().Be(5000);
        using var schema = Command(connection, "SELECT * FROM BIG").ExecuteReader(System.Data.CommandBehavior.SchemaOnly);
        schema.FieldCount.Should().Be(2);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
