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
        })
            .KnownGap("PL/SQL blocks with declarations, assignments or cursors"),
        new Case("A text that goes in and out of a block is changed", Driver("OracleParameter Class, Direction")).Do(s =>
        {
            using var command = s.Command("BEGIN :v := UPPER(:v) || '!'; END;");
            var v = new OracleParameter("v", OracleDbType.Varchar2, 20) { Direction = ParameterDirection.InputOutput, Value = "abc" };
            command.Parameters.Add(v);
            command.ExecuteNonQuery();
            Show.Value(v.Value).Should().Be("ABC!");
        })
            .KnownGap("PL/SQL blocks with declarations, assignments or cursors"),
        new Case("A block fetches into outputs", "PL/SQL Language Reference, SELECT INTO Statement").Do(s =>
        {
            using var command = s.Command("DECLARE n NUMBER; BEGIN SELECT COUNT(*) INTO n FROM DUAL; IF n = 1 THEN :o := 'one'; END IF; END;");
            var o = command.Parameters.Add("o", OracleDbType.Varchar2, 20, null, ParameterDirection.Output);
            command.ExecuteNonQuery();
            Show.Value(o.Value).Should().Be("one");
        })
            .KnownGap("PL/SQL blocks with declarations, assignments or cursors"),
        new Case("A REF CURSOR is read", Driver("Oracle REF CURSOR Support")).Do(s =>
        {
            using var command = s.Command("BEGIN OPEN :c FOR SELECT 1 a, 'x' b FROM DUAL UNION ALL SELECT 2, 'y' FROM DUAL; END;");
            command.Parameters.Add("c", OracleDbType.RefCursor, ParameterDirection.Output);
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read()) rows.Add(Show.Row(reader));
            rows.Should().Equal("1|x", "2|y");
        })
            .KnownGap("PL/SQL blocks with declarations, assignments or cursors"),
        new Case("A block's fault has its number", "PL/SQL Packages and Types Reference, RAISE_APPLICATION_ERROR")
            .Do(s => s.Fails("BEGIN RAISE_APPLICATION_ERROR(-20001, 'my own'); END;", [20001], ["my own*"])),
        new Case("An empty block does nothing", "PL/SQL Language Reference, Block").Do(s => s.Run("BEGIN NULL; END;").Should().Be(-1)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
