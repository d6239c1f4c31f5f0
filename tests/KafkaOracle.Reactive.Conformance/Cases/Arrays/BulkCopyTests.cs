namespace KafkaOracle.Reactive.Conformance.Arrays;

public sealed class BulkCopyTests(Target target) : CaseTests(target)
{
    private static readonly string Copy = Driver("OracleBulkCopy Class");

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER(10), v VARCHAR2(20), d DATE, n NUMBER(12,2))");

    public static CaseList Cases { get; } = new("Bulk copy")
    {
        New("A table of rows is copied", Copy).Do(s =>
        {
            using var table = Rows(3);
            Write(s, table);
            s.Rows("SELECT * FROM {t} ORDER BY id").Should().Equal("0|row 0|2024-01-01 00:00:00|0", "1|row 1|2024-01-02 00:00:00|0.25", "2|row 2|2024-01-03 00:00:00|0.5");
        }),
        New("What was copied is there for others", Copy).Do(s =>
        {
            using var table = Rows(10);
            Write(s, table);
            s.Another().Rows("SELECT COUNT(*) FROM {t}").Should().Equal("10");
        }),
        New("NULLs are copied", Copy).Do(s =>
        {
            using var table = Rows(1);
            table.Rows.Add(5, DBNull.Value, DBNull.Value, DBNull.Value);
            Write(s, table);
            s.Rows("SELECT * FROM {t} WHERE id = 5").Should().Equal("5|null|null|null");
        }),
        New("Columns are mapped by name", Driver("OracleBulkCopyColumnMapping Class")).Do(s =>
        {
            using var table = new DataTable();
            table.Columns.Add("text", typeof(string));
            table.Columns.Add("key", typeof(int));
            table.Rows.Add("mapped", 7);
            Write(s, table, copy =>
            {
                copy.ColumnMappings.Add("key", "ID");
                copy.ColumnMappings.Add("text", "V");
            });
            s.Rows("SELECT * FROM {t}").Should().Equal("7|mapped|null|null");
        }),
        New("Batches come to the same as one", Driver("OracleBulkCopy Class, BatchSize")).Do(s =>
        {
            using var table = Rows(2500);
            Write(s, table, copy => copy.BatchSize = 1000);
            s.Rows("SELECT COUNT(*), SUM(id), SUM(n) FROM {t}").Should().Equal("2500|3123750|780937.5");
        }),
        New("Progress is told", Driver("OracleBulkCopy Class, NotifyAfter")).Do(s =>
        {
            using var table = Rows(100);
            var seen = new List<long>();
            Write(s, table, copy =>
            {
                copy.NotifyAfter = 50;
                copy.OracleRowsCopied += (_, e) => seen.Add(e.RowsCopied);
            });
            seen.Should().Equal(50, 100);
        }),
        New("Rows of a query are copied", Driver("OracleBulkCopy Class, WriteToServer(IDataReader)")).Do(s =>
        {
            using (var table = Rows(20)) Write(s, table);
            s.Run("CREATE TABLE {u} (id NUMBER(10), v VARCHAR2(20))");
            using var command = s.Command("SELECT id, v FROM {t} WHERE id < 10");
            using var reader = command.ExecuteReader();
            using var copy = new OracleBulkCopy(s.Another().Connection) { DestinationTableName = s.Named("{u}") };
            copy.WriteToServer(reader);
            s.Rows("SELECT COUNT(*), MAX(v) FROM {u}").Should().Equal("10|row 9");
        }),
        New("A column that is not there is refused", Driver("OracleBulkCopyColumnMapping Class")).Do(s =>
        {
            using var table = Rows(1);
            s.Invoking(x => Write(x, table, copy => copy.ColumnMappings.Add("ID", "NOSUCH"))).Should().Throw<Exception>().Which.Should().Match(e => e is InvalidOperationException || e is OracleException);
            s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("0");
        }),
        New("A table that is not there is refused", Error(942)).Do(s =>
        {
            using var table = Rows(1);
            s.Run("DROP TABLE {t} PURGE");
            s.Invoking(x => Write(x, table)).Should().Throw<OracleException>().Which.Number.Should().Be(942);
        }),
        new Case("Long text and bytes are copied", Copy)
            .Run("CREATE TABLE {t} (id NUMBER, c CLOB, b BLOB, ts TIMESTAMP(6), r RAW(4))")
            .Do(s =>
            {
                using var table = new DataTable();
                table.Columns.Add("ID", typeof(int));
                table.Columns.Add("C", typeof(string));
                table.Columns.Add("B", typeof(byte[]));
                table.Columns.Add("TS", typeof(DateTime));
                table.Columns.Add("R", typeof(byte[]));
                table.Rows.Add(1, new string('c', 50_000), new byte[70_000], new DateTime(2024, 1, 1).AddMicroseconds(5), new byte[] { 1, 2 });
                Write(s, table);
                s.Rows("SELECT id, DBMS_LOB.GETLENGTH(c), DBMS_LOB.GETLENGTH(b), ts, r FROM {t}").Should().Equal("1|50000|70000|2024-01-01 00:00:00.000005|0102");
            }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);

    private static DataTable Rows(int count)
    {
        var table = new DataTable();
        table.Columns.Add("ID", typeof(int));
        table.Columns.Add("V", typeof(string));
        table.Columns.Add("D", typeof(DateTime));
        table.Columns.Add("N", typeof(decimal));
        for (var i = 0; i < count; i++) table.Rows.Add(i, $"row {i}", new DateTime(2024, 1, 1).AddDays(i), i * 0.25m);
        return table;
    }

    private static void Write(Session session, DataTable table, Action<OracleBulkCopy>? configure = null)
    {
        using var copy = new OracleBulkCopy(session.Connection) { DestinationTableName = session.Named("{t}") };
        configure?.Invoke(copy);
        copy.WriteToServer(table);
    }
}
