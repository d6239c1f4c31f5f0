using System.Globalization;

namespace KafkaOracle.Reactive.Conformance.Binds;

public sealed class BindTests(Target target) : CaseTests(target)
{
    private static readonly string ByName = Driver("OracleCommand Class, BindByName");
    private static readonly string Inference = Driver("OracleParameter Class, Inference of OracleDbType from Value");

    public static CaseList Cases { get; } = new("Binds")
    {
        new Case("Binds go by name in any order", ByName).Rows("SELECT :a, :b FROM DUAL", [new Bind("b", 2), new Bind("a", 1)], "1|2"),
        new Case("A name that occurs twice takes one value", ByName).Rows("SELECT :a + 1, :a + 2, :A + 3 FROM DUAL", [new Bind("a", 1)], "2|3|4"),
        new Case("Binds go by position unless told otherwise", ByName).Do(s =>
        {
            using var command = s.Connection.CreateCommand();
            command.CommandText = "SELECT :x, :y FROM DUAL";
            command.Parameters.Add("y", OracleDbType.Int32, 1, ParameterDirection.Input);
            command.Parameters.Add("x", OracleDbType.Int32, 2, ParameterDirection.Input);
            Session.Rows(command).Should().Equal("1|2");
        }),
        new Case("A missing value is refused", Error(1008)).Do(s =>
        {
            using var command = s.Connection.CreateCommand();
            command.CommandText = "SELECT :a, :b FROM DUAL";
            command.Parameters.Add("a", OracleDbType.Int32, 1, ParameterDirection.Input);
            s.Fails(() => Session.Rows(command), [1008], ["not all variables bound*"]);
        }),
        new Case("A reserved word is no bind", Error(1745)).Do(s => s.Fails("SELECT :select FROM DUAL", [1745], null, new Bind("select", 1))),
        new Case("A colon in text and comments is no bind", Sql("Lexical Conventions")).Rows("SELECT ':x', /* :y */ :z \":q\" -- :w\n FROM DUAL", [new Bind("z", 1)], ":x|1"),
        new Case("Types follow the values", Inference)
            .Run("CREATE TABLE {t} (i NUMBER, l NUMBER, m NUMBER, d BINARY_DOUBLE, s VARCHAR2(10), t TIMESTAMP(7), b RAW(4))")
            .Run(
                "INSERT INTO {t} VALUES (:i, :l, :m, :d, :s, :t, :b)",
                new Bind("i", 42),
                new Bind("l", 1234567890123L),
                new Bind("m", 12.34m),
                new Bind("d", 0.1),
                new Bind("s", "text"),
                new Bind("t", new DateTime(2024, 1, 2, 3, 4, 5).AddTicks(6)),
                new Bind("b", new byte[] { 1, 2 }))
            .Rows("SELECT * FROM {t}", "42|1234567890123|12.34|0.1|text|2024-01-02 03:04:05.0000006|0102"),
        new Case("Integers of every size are bound", Inference)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", (short)-7))
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", (byte)255))
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", long.MinValue))
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", int.MaxValue))
            .Rows("SELECT n FROM {t} ORDER BY n", "-9223372036854775808", "-7", "255", "2147483647"),
        new Case("A decimal keeps its 28 digits", Inference)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", decimal.MaxValue))
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", -0.0000000000000000000000000001m))
            .Do(s => s.Rows("SELECT n FROM {t} ORDER BY n").Should().Equal("-0.0000000000000000000000000001", decimal.MaxValue.ToString(CultureInfo.InvariantCulture))),
        new Case("Text and numbers convert both ways", Sql("Data Types, Implicit Data Conversion"))
            .Run("CREATE TABLE {t} (n NUMBER, v VARCHAR2(10), d DATE)")
            .Run("INSERT INTO {t} VALUES (:n, :v, :d)", new Bind("n", "12.5"), new Bind("v", 7), new Bind("d", "29-FEB-24"))
            .Rows("SELECT * FROM {t} WHERE n = :n AND v = :v", [new Bind("n", "12.5"), new Bind("v", 7)], "12.5|7|2024-02-29 00:00:00"),
        new Case("A bound NULL equals nothing", Sql("Nulls")).Rows("SELECT COUNT(*) FROM DUAL WHERE :a = :b OR :a IS NULL", [new Bind("a", null), new Bind("b", null)], "1"),
        new Case("A bound text of 4000 bytes passes", Sql("Data Types, VARCHAR2 Data Type")).Rows("SELECT LENGTH(:v) FROM DUAL", [new Bind("v", new string('x', 4000))], "4000"),
        new Case("Text beyond Latin is bound", Driver("Globalization Support")).Rows("SELECT :v, LENGTH(:v) FROM DUAL", [new Bind("v", "Ωж漢")], "Ωж漢|3"),
        new Case("A size cuts a text", Driver("OracleParameter Class, Size")).Do(s =>
        {
            using var command = s.Command("SELECT :v FROM DUAL");
            command.Parameters.Add(new OracleParameter("v", OracleDbType.Varchar2, 3) { Value = "abcdef" });
            Session.Rows(command).Should().Equal("abc");
        }),
        new Case("Binds stand in WHERE, LIKE, IN and BETWEEN", Sql("Conditions"))
            .Rows("SELECT COUNT(*) FROM DUAL WHERE 'abc' LIKE :p || '%' AND 2 IN (:a, :b) AND 5 BETWEEN :a AND :c", [new Bind("p", "ab"), new Bind("a", 1), new Bind("b", 2), new Bind("c", 9)], "1"),
        new Case("Binds stand in OFFSET and FETCH", Sql("SELECT, row_limiting_clause"))
            .Rows("SELECT n FROM (SELECT 1 n FROM DUAL UNION ALL SELECT 2 FROM DUAL UNION ALL SELECT 3 FROM DUAL) ORDER BY n OFFSET :o ROWS FETCH NEXT :f ROWS ONLY", [new Bind("o", 1), new Bind("f", 1)], "2"),
        new Case("A command runs again with other values and types", Driver("Statement Caching")).Do(s =>
        {
            using var command = s.Command("SELECT :v FROM DUAL", new Bind("v", 1));
            Session.Rows(command).Should().Equal("1");
            command.Parameters["v"].Value = 2;
            Session.Rows(command).Should().Equal("2");
            command.Parameters.Clear();
            command.Parameters.Add(new OracleParameter("v", "text"));
            Session.Rows(command).Should().Equal("text");
            command.Parameters.Clear();
            command.Parameters.Add(new OracleParameter("v", OracleDbType.Date) { Value = new DateTime(2024, 1, 1) });
            Session.Rows(command).Should().Equal("2024-01-01 00:00:00");
        }),
        new Case("An output of a block is set", Driver("OracleParameter Class, Direction")).Do(s =>
        {
            using var command = s.Command("BEGIN :o := :i * 2; END;", new Bind("i", 21));
            var o = command.Parameters.Add("o", OracleDbType.Int32, ParameterDirection.Output);
            command.ExecuteNonQuery();
            Show.Value(o.Value).Should().Be("42");
        }),
        new Case("A text that goes in and out of a block is changed", Driver("OracleParameter Class, Direction")).Do(s =>
        {
            using var command = s.Command("BEGIN :v := UPPER(:v) || '!'; END;");
            var v = new OracleParameter("v", OracleDbType.Varchar2, 20) { Direction = ParameterDirection.InputOutput, Value = "abc" };
            command.Parameters.Add(v);
            command.ExecuteNonQuery();
            Show.Value(v.Value).Should().Be("ABC!");
        }),
        new Case("A block fetches into outputs", "PL/SQL Language Reference, SELECT INTO Statement").Do(s =>
        {
            using var command = s.Command("DECLARE n NUMBER; BEGIN SELECT COUNT(*) INTO n FROM DUAL; IF n = 1 THEN :o := 'one'; END IF; END;");
            var o = command.Parameters.Add("o", OracleDbType.Varchar2, 20, null, ParameterDirection.Output);
            command.ExecuteNonQuery();
            Show.Value(o.Value).Should().Be("one");
        }),
        new Case("A REF CURSOR is read", Driver("Oracle REF CURSOR Support")).Do(s =>
        {
            using var command = s.Command("BEGIN OPEN :c FOR SELECT 1 a, 'x' b FROM DUAL UNION ALL SELECT 2, 'y' FROM DUAL; END;");
            command.Parameters.Add("c", OracleDbType.RefCursor, ParameterDirection.Output);
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read()) rows.Add(Show.Row(reader));
            rows.Should().Equal("1|x", "2|y");
        }),
        new Case("A block's fault has its number", "PL/SQL Packages and Types Reference, RAISE_APPLICATION_ERROR")
            .Do(s => s.Fails("BEGIN RAISE_APPLICATION_ERROR(-20001, 'my own'); END;", [20001], ["my own*"])),
        new Case("A block branches and loops", "PL/SQL Language Reference, PL/SQL Control Statements")
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("DECLARE s PLS_INTEGER := 0; done BOOLEAN := FALSE; BEGIN FOR i IN REVERSE 1..4 LOOP CONTINUE WHEN i = 3; s := s * 10 + i; END LOOP; WHILE NOT done LOOP s := s + 1; done := s > 424; END LOOP; IF s = 425 THEN INSERT INTO {t} VALUES (s); ELSE NULL; END IF; END;")
            .Rows("SELECT n FROM {t}", "425"),
        new Case("A cursor FOR loop sees every row", "PL/SQL Language Reference, Cursor FOR LOOP Statement")
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("BEGIN FOR r IN (SELECT LEVEL n FROM DUAL CONNECT BY LEVEL <= 3) LOOP INSERT INTO {t} VALUES (r.n * r.n); END LOOP; END;")
            .Rows("SELECT n FROM {t} ORDER BY n", "1", "4", "9"),
        new Case("A cursor is fetched until it has no more rows", "PL/SQL Language Reference, FETCH Statement; Named Cursor Attributes")
            .Do(s => Output(s, "DECLARE CURSOR c(least NUMBER) IS SELECT n FROM (SELECT LEVEL n FROM DUAL CONNECT BY LEVEL <= 3) WHERE n >= least; r c%ROWTYPE; t NUMBER := 0; BEGIN OPEN c(1); LOOP FETCH c INTO r; EXIT WHEN c%NOTFOUND; t := t + r.n; END LOOP; :o := t || '/' || c%ROWCOUNT; CLOSE c; END;").Should().Be("6/3")),
        new Case("A query of no row, or of two, is an error of SELECT INTO", "PL/SQL Language Reference, SELECT INTO Statement")
            .Fails("DECLARE n NUMBER; BEGIN SELECT 1 INTO n FROM DUAL WHERE 1 = 2; END;", 1403, "no data found")
            .Fails("DECLARE n NUMBER; BEGIN SELECT 1 INTO n FROM DUAL UNION ALL SELECT 2 FROM DUAL; END;", 1422, "exact fetch returns more than requested number of rows")
            .Do(s => Output(s, "DECLARE n NUMBER; BEGIN SELECT 1 INTO n FROM DUAL WHERE 1 = 2; EXCEPTION WHEN NO_DATA_FOUND THEN :o := SQLCODE || ' ' || SQLERRM; END;").Should().Be("100 ORA-01403: no data found")),
        new Case("A handled error keeps what came before it", "PL/SQL Language Reference, PL/SQL Error Handling")
            .Run("CREATE TABLE {t} (n NUMBER PRIMARY KEY)")
            .Run("BEGIN INSERT INTO {t} VALUES (1); INSERT INTO {t} VALUES (1); EXCEPTION WHEN DUP_VAL_ON_INDEX THEN INSERT INTO {t} VALUES (2); END;")
            .Rows("SELECT n FROM {t} ORDER BY n", "1", "2"),
        new Case("An error that is not handled takes the block back", "PL/SQL Language Reference, Retrying Transactions After Handling Exceptions; Unhandled Exceptions")
            .Run("CREATE TABLE {t} (n NUMBER PRIMARY KEY)")
            .Fails("BEGIN INSERT INTO {t} VALUES (1); INSERT INTO {t} VALUES (1); END;", 1)
            .Rows("SELECT n FROM {t}"),
        new Case("A user's exception has the number it was given", "PL/SQL Language Reference, EXCEPTION_INIT Pragma")
            .Do(s => Output(s, "DECLARE e EXCEPTION; PRAGMA EXCEPTION_INIT(e, -942); BEGIN EXECUTE IMMEDIATE 'DROP TABLE no_such_table_here'; EXCEPTION WHEN e THEN :o := 'missing ' || SQLCODE; END;").Should().Be("missing -942"))
            .Fails("DECLARE e EXCEPTION; BEGIN RAISE e; END;", 6510, "PL/SQL: unhandled user-defined exception"),
        new Case("SQL%ROWCOUNT counts the last statement's rows", "PL/SQL Language Reference, Implicit Cursor Attribute")
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Do(s => Output(s, "BEGIN INSERT INTO {t} SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 5; :o := SQL%ROWCOUNT; DELETE FROM {t} WHERE n > 3; :o := :o || ',' || SQL%ROWCOUNT; UPDATE {t} SET n = 0 WHERE n = 99; IF SQL%NOTFOUND THEN :o := :o || ',none'; END IF; END;").Should().Be("5,2,none")),
        new Case("EXECUTE IMMEDIATE takes and gives values", "PL/SQL Language Reference, EXECUTE IMMEDIATE Statement")
            .Do(s => Output(s, "DECLARE n NUMBER; BEGIN EXECUTE IMMEDIATE 'SELECT :a + :b FROM DUAL' INTO n USING 40, 2; EXECUTE IMMEDIATE 'BEGIN :x := :y || ''!''; END;' USING OUT :o, n; END;").Should().Be("42!")),
        new Case("A value that does not fit its variable is an error", "Database Error Messages, ORA-06502")
            .Fails("DECLARE v VARCHAR2(2); BEGIN v := 'abc'; END;", 6502, "PL/SQL: numeric or value error: character string buffer too small")
            .Fails("DECLARE n NUMBER(2); BEGIN n := 100; END;", 6502, "PL/SQL: numeric or value error: number precision too large"),
        new Case("A block with an unknown name does not run", "Database Error Messages, ORA-06550; PLS-00201")
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Fails("BEGIN INSERT INTO {t} VALUES (1); nowhere := 1; EXCEPTION WHEN OTHERS THEN NULL; END;", 6550, "line 1, column *")
            .Rows("SELECT n FROM {t}"),
        new Case("Lines of output are fetched", "PL/SQL Packages and Types Reference, DBMS_OUTPUT")
            .Run("BEGIN DBMS_OUTPUT.ENABLE; DBMS_OUTPUT.PUT('a'); DBMS_OUTPUT.PUT_LINE('b'); END;")
            .Do(s => Output(s, "DECLARE l VARCHAR2(100); n NUMBER; BEGIN DBMS_OUTPUT.GET_LINE(l, n); :o := l || n; DBMS_OUTPUT.GET_LINE(l, n); :o := :o || n; END;").Should().Be("ab01")),
        new Case("An empty block does nothing", "PL/SQL Language Reference, Block").Do(s => s.Run("BEGIN NULL; END;").Should().Be(-1)),
    };

    /// <summary>What a block leaves in :o.</summary>
    private static string Output(Session session, string block)
    {
        using var command = session.Command(block);
        var o = command.Parameters.Add("o", OracleDbType.Varchar2, 100, null, ParameterDirection.InputOutput);
        command.ExecuteNonQuery();
        return Show.Value(o.Value);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
