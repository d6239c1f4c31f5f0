namespace KafkaOracle.Reactive.Conformance.Arrays;

public sealed class ArrayTests(Target target) : CaseTests(target)
{
    private static readonly string Binding = Driver("Array Binding");
    private static readonly string Faults = Driver("Array Binding, Error Handling for Array Binding; ORA-24381");

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER(3) CONSTRAINT {pk} PRIMARY KEY, v VARCHAR2(5) NOT NULL, d DATE)");

    public static CaseList Cases { get; } = new("Arrays")
    {
        New("An array inserts a row an element", Binding).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, :v)", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }), ("v", OracleDbType.Varchar2, new[] { "a", "b", "c" }));
            command.ExecuteNonQuery().Should().Be(3);
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|a", "2|b", "3|c");
        }),
        New("An array binds by position when not by name", Driver("OracleCommand Class, BindByName")).Do(s =>
        {
            using var command = s.Connection.CreateCommand();
            command.CommandText = s.Named("INSERT INTO {t} (v, id) VALUES (:x, :y)");
            command.ArrayBindCount = 2;
            command.Parameters.Add(new OracleParameter("id", OracleDbType.Varchar2) { Value = new[] { "a", "b" } });
            command.Parameters.Add(new OracleParameter("v", OracleDbType.Int32) { Value = new[] { 1, 2 } });
            command.ExecuteNonQuery().Should().Be(2);
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|a", "2|b");
        }),
        New("A name that occurs twice is bound once", Driver("OracleCommand Class, BindByName")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'v' || :id)", 2, ("id", OracleDbType.Int32, new[] { 7, 8 }));
            command.ExecuteNonQuery().Should().Be(2);
            s.Rows("SELECT v FROM {t} ORDER BY id").Should().Equal("v7", "v8");
        }),
        New("Fewer executions than elements are possible", Driver("OracleCommand Class, ArrayBindCount")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'x')", 2, ("id", OracleDbType.Int32, new[] { 1, 2, 3, 4 }));
            command.ExecuteNonQuery().Should().Be(2);
        }),
        New("NULLs are bound among values", Driver("OracleParameter Class, ArrayBindStatus")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v, d) VALUES (:id, 'x', :d)", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }), ("d", OracleDbType.Date, new DateTime?[] { new(2024, 1, 1), null, new(2024, 1, 3) }));
            command.ExecuteNonQuery().Should().Be(3);
            s.Rows("SELECT d FROM {t} ORDER BY id").Should().Equal("2024-01-01 00:00:00", "null", "2024-01-03 00:00:00");
        }),
        New("A status array marks NULLs", Driver("OracleParameter Class, ArrayBindStatus")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v, d) VALUES (:id, 'x', :d)", 2, ("id", OracleDbType.Int32, new[] { 1, 2 }), ("d", OracleDbType.Date, new[] { new DateTime(2024, 1, 1), default }));
            command.Parameters["d"].ArrayBindStatus = [OracleParameterStatus.Success, OracleParameterStatus.NullInsert];
            command.ExecuteNonQuery().Should().Be(2);
            s.Rows("SELECT d FROM {t} ORDER BY id").Should().Equal("2024-01-01 00:00:00", "null");
        }),
        New("An array updates and sums its counts", Binding).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) SELECT 1, 'a' FROM DUAL UNION ALL SELECT 2, 'a' FROM DUAL UNION ALL SELECT 3, 'b' FROM DUAL");
            using var command = s.ArrayCommand("UPDATE {t} SET v = :n WHERE v = :o", 3, ("n", OracleDbType.Varchar2, new[] { "x", "y", "z" }), ("o", OracleDbType.Varchar2, new[] { "a", "b", "q" }));
            command.ExecuteNonQuery().Should().Be(3);
            s.Rows("SELECT v FROM {t} ORDER BY id").Should().Equal("x", "x", "y");
        }),
        New("Each element's count is told", Driver("OracleCommand Class, ArrayBindRowsAffected")).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) SELECT 1, 'a' FROM DUAL UNION ALL SELECT 2, 'a' FROM DUAL UNION ALL SELECT 3, 'b' FROM DUAL");
            using var command = s.ArrayCommand("DELETE FROM {t} WHERE v = :v", 3, ("v", OracleDbType.Varchar2, new[] { "a", "q", "b" }));
            command.ExecuteNonQuery().Should().Be(3);
            command.ArrayBindRowsAffected.Should().Equal(2, 0, 1);
        }),
        New("An element sees what the one before it did", Binding).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) VALUES (1, 'a')");
            using var command = s.ArrayCommand("UPDATE {t} SET v = v || :x WHERE id = 1", 3, ("x", OracleDbType.Varchar2, new[] { "1", "2", "3" }));
            command.ExecuteNonQuery().Should().Be(3);
            s.Rows("SELECT v FROM {t}").Should().Equal("a123");
        }),
        New("An array merges", Sql("MERGE")).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) VALUES (2, 'old')");
            using var command = s.ArrayCommand(
                "MERGE INTO {t} t USING (SELECT :id id, :v v FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)",
                3,
                ("id", OracleDbType.Int32, new[] { 1, 2, 1 }),
                ("v", OracleDbType.Varchar2, new[] { "a", "b", "c" }));
            command.ExecuteNonQuery().Should().Be(3);
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|c", "2|b");
        }),
        New("Elements that fail are told by their index, the others stay", Faults).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) VALUES (3, 'old')");
            using var transaction = s.Connection.BeginTransaction();
            using var command = s.ArrayCommand(
                "INSERT INTO {t} (id, v) VALUES (:id, :v)",
                6,
                ("id", OracleDbType.Int32, new[] { 1, 2, 3, 4, 5000, 6 }),
                ("v", OracleDbType.Varchar2, new[] { "a", "toolong", "c", null!, "e", "f" }));
            var error = s.Fails(() => command.ExecuteNonQuery(), [24381]);
            error.Errors.Cast<OracleError>().Where(e => e.ArrayBindIndex >= 0).Select(e => (e.Number, e.ArrayBindIndex)).Should().Equal((12899, 1), (1, 2), (1400, 3), (1438, 4));
            transaction.Commit();
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|a", "3|old", "6|f");
        }),
        New("Each failed element has the text of its fault", Faults).Do(s =>
        {
            using var transaction = s.Connection.BeginTransaction();
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, :v)", 3, ("id", OracleDbType.Int32, new[] { 1, 1, 2 }), ("v", OracleDbType.Varchar2, new[] { "a", "b", "toolong" }));
            var error = s.Fails(() => command.ExecuteNonQuery(), [24381]);
            var texts = error.Errors.Cast<OracleError>().Where(e => e.ArrayBindIndex >= 0).Select(e => e.Message).ToList();
            texts[0].Should().Match(s.Named("ORA-00001: unique constraint ({user}.{pk}) violated*"));
            texts[1].Should().Match(s.Named("ORA-12899: value too large for column \"{user}\".\"{t}\".\"V\" (actual: 7, maximum: 5)*"));
        }),
        New("A failed array can be rolled back", Faults).Do(s =>
        {
            using (var transaction = s.Connection.BeginTransaction())
            {
                using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'x')", 3, ("id", OracleDbType.Int32, new[] { 1, 1, 2 }));
                s.Fails(() => command.ExecuteNonQuery(), [24381]);
                transaction.Rollback();
            }
            s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("0");
        }),
        New("Without a table there is one fault, not one an element", Error(942)).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {nosuch} VALUES (:id)", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }));
            s.Fails(() => command.ExecuteNonQuery(), [942]);
        }),
        New("One element is an array too", Driver("OracleCommand Class, ArrayBindCount")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'x')", 1, ("id", OracleDbType.Int32, new[] { 1 }));
            command.ExecuteNonQuery().Should().Be(1);
            s.Fails(() => command.ExecuteNonQuery(), [1, 24381]);
        }),
        New("A command runs with arrays of different lengths", Driver("OracleCommand Class, ArrayBindCount")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'x')", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }));
            command.ExecuteNonQuery().Should().Be(3);
            command.ArrayBindCount = 1;
            command.Parameters["id"].Value = new[] { 4 };
            command.ExecuteNonQuery().Should().Be(1);
            command.ArrayBindCount = 5;
            command.Parameters["id"].Value = new[] { 5, 6, 7, 8, 9 };
            command.ExecuteNonQuery().Should().Be(5);
            s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("9");
        }),
        new Case("Every type goes through an array", Binding)
            .Run("CREATE TABLE {t} (i NUMBER, d NUMBER(20,5), s VARCHAR2(20), n NVARCHAR2(20), r RAW(8), dt DATE, ts TIMESTAMP(6), tz TIMESTAMP(0) WITH TIME ZONE, bd BINARY_DOUBLE, c CLOB, b BLOB)")
            .Do(s =>
            {
                using var command = s.ArrayCommand(
                    "INSERT INTO {t} VALUES (:i, :d, :s, :n, :r, :dt, :ts, :tz, :bd, :c, :b)",
                    2,
                    ("i", OracleDbType.Int64, new[] { long.MaxValue, long.MinValue }),
                    ("d", OracleDbType.Decimal, new[] { 1.00001m, -99999999999.5m }),
                    ("s", OracleDbType.Varchar2, new[] { "é", "b" }),
                    ("n", OracleDbType.NVarchar2, new[] { "ж", "n" }),
                    ("r", OracleDbType.Raw, new[] { new byte[] { 1 }, [2, 3] }),
                    ("dt", OracleDbType.Date, new[] { new DateTime(2024, 1, 1), new DateTime(1900, 1, 1) }),
                    ("ts", OracleDbType.TimeStamp, new[] { new DateTime(2024, 1, 1).AddMicroseconds(1), new DateTime(2024, 1, 2) }),
                    ("tz", OracleDbType.TimeStampTZ, new[] { new OracleTimeStampTZ(new DateTime(2024, 1, 1), "+01:00"), new OracleTimeStampTZ(new DateTime(2024, 1, 1), "-08:00") }),
                    ("bd", OracleDbType.BinaryDouble, new[] { 0.1, -1e300 }),
                    ("c", OracleDbType.Clob, new[] { new string('c', 5000), "short" }),
                    ("b", OracleDbType.Blob, new[] { new byte[40000], [255] }));
                command.ExecuteNonQuery().Should().Be(2);
                s.Rows("SELECT i, d, s, n, r, dt, ts, tz, bd, DBMS_LOB.GETLENGTH(c), DBMS_LOB.GETLENGTH(b) FROM {t} ORDER BY i").Should().Equal(
                    "-9223372036854775808|-99999999999.5|b|n|0203|1900-01-01 00:00:00|2024-01-02 00:00:00|2024-01-01 00:00:00 -08:00|-1E+300|5|1",
                    "9223372036854775807|1.00001|é|ж|01|2024-01-01 00:00:00|2024-01-01 00:00:00.000001|2024-01-01 00:00:00 +01:00|0.1|5000|40000");
            }),
        new Case("100,000 rows go in one array", Binding)
            .Run("CREATE TABLE {t} (id NUMBER(10) PRIMARY KEY, v VARCHAR2(30))")
            .Do(s =>
            {
                var ids = Enumerable.Range(1, 100_000).ToArray();
                using var transaction = s.Connection.BeginTransaction();
                using var command = s.ArrayCommand("INSERT INTO {t} VALUES (:id, :v)", ids.Length, ("id", OracleDbType.Int32, ids), ("v", OracleDbType.Varchar2, Array.ConvertAll(ids, i => $"row {i}")));
                command.ExecuteNonQuery().Should().Be(ids.Length);
                transaction.Commit();
                s.Rows("SELECT COUNT(*), SUM(id), MAX(LENGTH(v)) FROM {t}").Should().Equal("100000|5000050000|10");
            }),
        new Case("Thousands of failed elements are told", Faults)
            .Run("CREATE TABLE {t} (id NUMBER(10) PRIMARY KEY)")
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                using var command = s.ArrayCommand("INSERT INTO {t} VALUES (:id)", 4000, ("id", OracleDbType.Int32, Enumerable.Range(0, 4000).Select(i => i / 2).ToArray()));
                var error = s.Fails(() => command.ExecuteNonQuery(), [24381]);
                error.Errors.Cast<OracleError>().Where(e => e.ArrayBindIndex >= 0).Select(e => e.ArrayBindIndex).Should().Equal(Enumerable.Range(0, 2000).Select(i => (i * 2) + 1));
                s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("2000");
            }),
        new Case("Texts of very different lengths go in one array", Binding)
            .Run("CREATE TABLE {t} (id NUMBER, v VARCHAR2(4000))")
            .Do(s =>
            {
                var texts = Enumerable.Range(0, 200).Select(i => new string('x', i % 5 == 0 ? 4000 : i % 7)).ToArray();
                using var command = s.ArrayCommand("INSERT INTO {t} VALUES (:id, :v)", texts.Length, ("id", OracleDbType.Int32, Enumerable.Range(0, texts.Length).ToArray()), ("v", OracleDbType.Varchar2, texts));
                command.ExecuteNonQuery().Should().Be(texts.Length);
                s.Rows("SELECT NVL(LENGTH(v), 0) FROM {t} ORDER BY id").Should().Equal(texts.Select(t => t.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            }),
        New("An array takes part in a transaction", Binding).Do(s =>
        {
            using (var transaction = s.Connection.BeginTransaction())
            {
                s.Run("INSERT INTO {t} (id, v) VALUES (1, 'a')");
                using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'x')", 2, ("id", OracleDbType.Int32, new[] { 2, 3 }));
                command.ExecuteNonQuery();
                transaction.Save("sp");
                command.Parameters["id"].Value = new[] { 4, 5 };
                command.ExecuteNonQuery();
                transaction.Rollback("sp");
                transaction.Commit();
            }
            s.Rows("SELECT id FROM {t} ORDER BY id").Should().Equal("1", "2", "3");
        }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
