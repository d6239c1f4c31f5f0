using System.Text;

namespace KafkaOracle.Reactive.Conformance.Lobs;

public sealed class LobTests(Target target) : CaseTests(target)
{
    private static readonly string Reading = Driver("LOB Support, Obtaining LOB Data");
    private static readonly string Writing = Driver("OracleClob Class; OracleBlob Class");
    private static readonly string Semantics = LobGuide("SQL Semantics and LOBs");

    private static readonly string Long = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i % 10000:0000}é\n"));
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, c CLOB, n NCLOB, b BLOB)");

    private static Case Filled(string name, string reference) => New(name, reference)
        .Run("INSERT INTO {t} (id, c, b) VALUES (1, :c, :b)", new Bind("c", Long, OracleDbType.Clob), new Bind("b", Bytes, OracleDbType.Blob));

    public static CaseList Cases { get; } = new("LOBs")
    {
        Filled("Long text and bytes come back as they were", Reading).Do(s => Read(s, "SELECT c, b FROM {t}", reader =>
        {
            reader.GetString(0).Should().Be(Long);
            ((byte[])reader.GetValue(1)).AsSpan().SequenceEqual(Bytes).Should().BeTrue();
        })),
        Filled("They come back in whole rows too", Driver("OracleCommand Class, InitialLOBFetchSize")).Do(s =>
        {
            foreach (var size in new[] { -1, 100, 4000 })
            {
                using var command = s.Command("SELECT c, b FROM {t}");
                command.InitialLOBFetchSize = size;
                using var reader = command.ExecuteReader();
                reader.Read().Should().BeTrue();
                reader.GetString(0).Should().Be(Long);
                ((byte[])reader.GetValue(1)).AsSpan().SequenceEqual(Bytes).Should().BeTrue();
            }
        }),
        Filled("A CLOB is read in pieces", Driver("OracleClob Class, Read")).Do(s => Read(s, "SELECT c FROM {t}", reader =>
        {
            using var clob = reader.GetOracleClob(0);
            var text = new StringBuilder();
            var buffer = new char[7_001];
            for (var n = clob.Read(buffer, 0, buffer.Length); n > 0; n = clob.Read(buffer, 0, buffer.Length)) text.Append(buffer, 0, n);
            text.ToString().Should().Be(Long);
        })),
        Filled("A BLOB is a stream", Driver("OracleBlob Class")).Do(s => Read(s, "SELECT b FROM {t}", reader =>
        {
            using var blob = reader.GetOracleBlob(0);
            blob.Length.Should().Be(Bytes.Length);
            blob.Seek(100_000, SeekOrigin.Begin);
            using var copy = new MemoryStream();
            blob.CopyTo(copy, 10_000);
            copy.ToArray().AsSpan().SequenceEqual(Bytes.AsSpan(100_000)).Should().BeTrue();
        })),
        Filled("GetChars and GetBytes read from anywhere", Driver("OracleDataReader Class, GetChars and GetBytes")).Do(s => Read(s, "SELECT c, b FROM {t}", reader =>
        {
            var chars = new char[50];
            reader.GetChars(0, 60_000, chars, 0, 50).Should().Be(50);
            new string(chars).Should().Be(Long.Substring(60_000, 50));
            var bytes = new byte[50];
            reader.GetBytes(1, 200_000, bytes, 0, 50).Should().Be(50);
            bytes.Should().Equal(Bytes[200_000..200_050]);
        })),
        Filled("The length of a CLOB counts bytes of UTF-16 in the driver", Driver("OracleClob Class, Length")).Do(s => Read(s, "SELECT c FROM {t}", reader =>
        {
            using var clob = reader.GetOracleClob(0);
            clob.Length.Should().Be(Long.Length * 2L);
        })),
        New("A LOB written under FOR UPDATE changes its row", Writing).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, c, b) VALUES (1, 'hello world', HEXTORAW('010203'))");
            using (var transaction = s.Connection.BeginTransaction())
            {
                Read(s, "SELECT c, b FROM {t} FOR UPDATE", reader =>
                {
                    using var clob = reader.GetOracleClob(0);
                    clob.Append("!".ToCharArray(), 0, 1);
                    using var blob = reader.GetOracleBlob(1);
                    blob.Seek(0, SeekOrigin.End);
                    blob.Write([4, 5], 0, 2);
                });
                transaction.Commit();
            }
            s.Rows("SELECT c, b FROM {t}").Should().Equal("hello world!|0102030405");
        }),
        New("A LOB's writing is rolled back with its transaction", Writing).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, b) VALUES (1, HEXTORAW('01'))");
            using (var transaction = s.Connection.BeginTransaction())
            {
                Read(s, "SELECT b FROM {t} FOR UPDATE", reader =>
                {
                    using var blob = reader.GetOracleBlob(0);
                    blob.Write([9, 9, 9], 0, 3);
                });
                transaction.Rollback();
            }
            s.Rows("SELECT b FROM {t}").Should().Equal("01");
        }),
        New("A LOB that is not locked is not written", Error(22920)).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, c) VALUES (1, 'x')");
            using var transaction = s.Connection.BeginTransaction();
            Read(s, "SELECT c FROM {t}", reader =>
            {
                using var clob = reader.GetOracleClob(0);
                s.Fails(() => clob.Append("y".ToCharArray(), 0, 1), [22920, 22292]);
            });
        }),
        New("A temporary LOB is filled in pieces and bound", Driver("Temporary LOBs")).Do(s =>
        {
            using var blob = new OracleBlob(s.Connection);
            for (var i = 0; i < Bytes.Length; i += 50_000) blob.Write(Bytes, i, 50_000);
            using var clob = new OracleClob(s.Connection);
            clob.Write(Long.ToCharArray(), 0, Long.Length);
            s.Run("INSERT INTO {t} (id, c, b) VALUES (1, :c, :b)", new Bind("c", clob, OracleDbType.Clob), new Bind("b", blob, OracleDbType.Blob));
            s.Rows("SELECT DBMS_LOB.GETLENGTH(c), DBMS_LOB.GETLENGTH(b) FROM {t}").Should().Equal($"{Long.Length}|{Bytes.Length}");
        }),
        New("NCLOB keeps any character", Sql("Data Types, NCLOB Data Type")).Do(s =>
        {
            var text = string.Concat(Enumerable.Repeat("漢字ж", 5000));
            s.Run("INSERT INTO {t} (id, n) VALUES (1, :n)", new Bind("n", text, OracleDbType.NClob));
            s.Scalar("SELECT n FROM {t}").Should().Be(text);
        }),
        New("Text of any length is bound to a CLOB as VARCHAR2", LobGuide("Data Interface for LOBs")).Do(s =>
        {
            foreach (var length in new[] { 1, 4000, 4001, 32767, 32768, 100_000 })
                s.Run("INSERT INTO {t} (id, c) VALUES (:id, :c)", new Bind("id", length), new Bind("c", new string('z', length), OracleDbType.Varchar2));
            s.Rows("SELECT COUNT(*) FROM {t} WHERE DBMS_LOB.GETLENGTH(c) = id").Should().Equal("6");
        }),
        New("Bytes of any length are bound to a BLOB as RAW", LobGuide("Data Interface for LOBs")).Do(s =>
        {
            foreach (var length in new[] { 1, 2000, 2001, 32767, 32768, 100_000 })
                s.Run("INSERT INTO {t} (id, b) VALUES (:id, :b)", new Bind("id", length), new Bind("b", new byte[length], OracleDbType.Raw));
            s.Rows("SELECT COUNT(*) FROM {t} WHERE DBMS_LOB.GETLENGTH(b) = id").Should().Equal("6");
        }),
        New("Text too long for VARCHAR2 is refused there", Error(1461)).Run("CREATE TABLE {u} (v VARCHAR2(100))").Do(s =>
        {
            foreach (var length in new[] { 5000, 40_000 })
                s.Fails("INSERT INTO {u} VALUES (:v)", [1461, 12899], null, new Bind("v", new string('x', length)));
        }),
        New("A LOB is merged", Sql("MERGE")).Do(s =>
        {
            const string Merge = "MERGE INTO {t} t USING (SELECT :id id FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.c = :c1 WHEN NOT MATCHED THEN INSERT (id, c) VALUES (s.id, :c2)";
            foreach (var text in new[] { "first", Long })
                s.Run(Merge, new Bind("id", 1), new Bind("c1", text, OracleDbType.Clob), new Bind("c2", text, OracleDbType.Clob)).Should().Be(1);
            s.Scalar("SELECT c FROM {t}").Should().Be(Long);
        }),
        New("A long text as VARCHAR2 in a MERGE's source is refused, a CLOB is not", Error(1461)).Do(s =>
        {
            const string Merge = "MERGE INTO {t} t USING (SELECT :id id, :c c FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.c = s.c WHEN NOT MATCHED THEN INSERT (id, c) VALUES (s.id, s.c)";
            s.Run(Merge, new Bind("id", 1), new Bind("c", Long, OracleDbType.Clob)).Should().Be(1);
            s.Scalar("SELECT c FROM {t}").Should().Be(Long);
            s.Fails(Merge, [1461, 1460], null, new Bind("id", 1), new Bind("c", new string('x', 40_000), OracleDbType.Varchar2));
        }),
        New("LOBs go in arrays", Driver("Array Binding")).Do(s =>
        {
            using var command = s.ArrayCommand(
                "INSERT INTO {t} (id, c, b) VALUES (:id, :c, :b)",
                4,
                ("id", OracleDbType.Int32, new[] { 1, 2, 3, 4 }),
                ("c", OracleDbType.Clob, new[] { "short", null!, Long, "" }),
                ("b", OracleDbType.Blob, new[] { Bytes, [1], null!, [] }));
            command.ExecuteNonQuery().Should().Be(4);
            s.Rows("SELECT DBMS_LOB.GETLENGTH(c), DBMS_LOB.GETLENGTH(b) FROM {t} WHERE id < 4 ORDER BY id").Should().Equal($"5|{Bytes.Length}", "null|1", $"{Long.Length}|null");
        }),
        New("EMPTY_CLOB is no NULL", Sql("EMPTY_BLOB, EMPTY_CLOB"))
            .Run("INSERT INTO {t} (id, c, b) VALUES (1, EMPTY_CLOB(), EMPTY_BLOB())")
            .Rows("SELECT COUNT(*), MAX(DBMS_LOB.GETLENGTH(c)), MAX(DBMS_LOB.GETLENGTH(b)) FROM {t} WHERE c IS NOT NULL AND b IS NOT NULL", "1|0|0"),
        New("An empty LOB is read as empty, and filled", LobGuide("Initializing Persistent LOBs"))
            .Run("INSERT INTO {t} (id, c, b) VALUES (1, EMPTY_CLOB(), EMPTY_BLOB())")
            .Do(s =>
            {
                using var command = s.Command("SELECT c, b FROM {t} WHERE id = 1");
                using var reader = command.ExecuteReader();
                reader.Read().Should().BeTrue();
                reader.IsDBNull(0).Should().BeFalse();
                reader.GetOracleClob(0).Length.Should().Be(0);
                reader.GetOracleBlob(1).Length.Should().Be(0);
            })
            .Run("UPDATE {t} SET c = c || 'x' WHERE LENGTH(c) = 0")
            .Rows("SELECT c FROM {t}", "x"),
        Filled("Functions of text take a CLOB", Semantics)
            .Rows("SELECT LENGTH(c), SUBSTR(c, 6, 3), INSTR(c, '0002'), UPPER(SUBSTR(c, 1, 5)) FROM {t}", "120000|\n00|13|0000É"),
        Filled("DBMS_LOB measures, cuts and finds", "PL/SQL Packages and Types Reference, DBMS_LOB")
            .Rows("SELECT DBMS_LOB.GETLENGTH(b), DBMS_LOB.SUBSTR(b, 3, 2), DBMS_LOB.SUBSTR(c, 4, 7), DBMS_LOB.INSTR(c, '0002') FROM {t}", "300000|070E15|0001|13"),
        Filled("LIKE looks through a CLOB", Semantics).Rows("SELECT COUNT(*) FROM {t} WHERE c LIKE '%9999é%' AND c NOT LIKE '%x%'", "1"),
        New("A CLOB becomes text where text is needed", Semantics)
            .Run("INSERT INTO {t} (id, c) VALUES (1, 'abc')")
            .Rows("SELECT c || 'd', TO_CHAR(c), CAST(c AS VARCHAR2(3)), NVL(n, 'none') FROM {t}", "abcd|abc|abc|none"),
        New("LOBs are not compared, sorted or grouped", Error(932))
            .Run("INSERT INTO {t} (id, c) VALUES (1, 'abc')")
            .Fails("SELECT id FROM {t} WHERE c = 'abc'", [932, 22848])
            .Fails("SELECT id FROM {t} ORDER BY c", [932, 22848])
            .Fails("SELECT c, COUNT(*) FROM {t} GROUP BY c", [932, 22848])
            .Fails("SELECT DISTINCT c FROM {t}", [932, 22848]),
        New("LOBs are no keys", Error(2329)).Fails("CREATE TABLE {u} (c CLOB PRIMARY KEY)", [2329, 2327]).Fails("CREATE INDEX {i} ON {t} (c)", 2327),
        Filled("LOBs are copied by INSERT and UPDATE", Semantics)
            .Run("INSERT INTO {t} (id, c, b) SELECT 2, c, b FROM {t}")
            .Run("UPDATE {t} SET c = c || 'end' WHERE id = 2")
            .Rows("SELECT id, DBMS_LOB.GETLENGTH(c), DBMS_LOB.GETLENGTH(b) FROM {t} ORDER BY id", "1|120000|300000", "2|120003|300000"),
        Filled("A LOB is set to NULL and to another", Sql("UPDATE"))
            .Run("UPDATE {t} SET c = NULL, b = :b", new Bind("b", new byte[] { 1 }, OracleDbType.Blob))
            .Rows("SELECT c, b FROM {t}", "null|01"),
        New("Many rows of LOBs are read with any fetch size", Reading).Do(s =>
        {
            const int Count = 300;
            using (var insert = s.ArrayCommand(
                "INSERT INTO {t} (id, c) VALUES (:id, :c)",
                Count,
                ("id", OracleDbType.Int32, Enumerable.Range(0, Count).ToArray()),
                ("c", OracleDbType.Clob, Enumerable.Range(0, Count).Select(i => new string((char)('a' + (i % 26)), i * 20)).ToArray())))
            {
                insert.ExecuteNonQuery();
            }
            using var command = s.Command("SELECT id, NVL(c, 'none') FROM {t} ORDER BY id");
            command.FetchSize = 2048;
            using var reader = command.ExecuteReader();
            var n = 0;
            for (; reader.Read(); n++) reader.GetString(1).Should().Be(n == 0 ? "none" : new string((char)('a' + (n % 26)), n * 20));
            n.Should().Be(Count);
        }),
        New("A LOB is returned by RETURNING", Driver("OracleParameter Class, OracleDbType.Clob as output")).Do(s =>
        {
            using var command = s.Command("INSERT INTO {t} (id, c) VALUES (1, :c) RETURNING c INTO :o", new Bind("c", Long, OracleDbType.Clob));
            var o = command.Parameters.Add("o", OracleDbType.Clob, ParameterDirection.Output);
            command.ExecuteNonQuery();
            using var clob = (OracleClob)o.Value;
            clob.Value.Should().Be(Long);
        }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);

    private static void Read(Session session, string sql, Action<OracleDataReader> read)
    {
        using var command = session.Command(sql);
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();
        read(reader);
    }
}
