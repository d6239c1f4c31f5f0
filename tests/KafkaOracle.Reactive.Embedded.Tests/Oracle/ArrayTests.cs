using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class ArrayTests : OracleFixture
{
    private const string Merge = """
        MERGE INTO M t USING (SELECT :id ID, :v V FROM DUAL) s ON (t.ID = s.ID)
        WHEN MATCHED THEN UPDATE SET t.V = s.V
        WHEN NOT MATCHED THEN INSERT (ID, V) VALUES (s.ID, s.V)
        """;

    [Fact]
    public void Inserts_arrays_of_thousands_of_rows()
    {
        using var connection = Open();
        const int Count = 20_000;
        Run(connection, "CREATE TABLE A (ID NUMBER(10) PRIMARY KEY, L NUMBER(19), D NUMBER(18,4), S VARCHAR2(100), TS TIMESTAMP(6))");
        using var transaction = connection.BeginTransaction();
        var ids = Enumerable.Range(0, Count).ToArray();

        using (var insert = ArrayCommand(
            connection,
            "INSERT INTO A (ID, L, D, S, TS) VALUES (:id, :l, :d, :s, :ts)",
            Count,
            ("id", OracleDbType.Int32, ids),
            ("l", OracleDbType.Int64, ids.Select(i => 10_000_000_000L + i).ToArray()),
            ("d", OracleDbType.Decimal, ids.Select(i => i * 0.37m).ToArray()),
            ("s", OracleDbType.Varchar2, ids.Select(i => i % 10 == 0 ? null : $"some text value {i}").ToArray()),
            ("ts", OracleDbType.TimeStamp, ids.Select(i => new DateTime(2024, 5, 6).AddSeconds(i)).ToArray())))
        {
            insert.ExecuteNonQuery().Should().Be(Count);
        }
        transaction.Commit();

        Rows(connection, "SELECT COUNT(*), SUM(D), COUNT(S), MAX(L) FROM A").Should().Equal($"{Count},{ids.Sum(i => i * 0.37m):0.##},{Count * 9 / 10},{10_000_000_000L + Count - 1}");
        Rows(connection, "SELECT ID, S, TS FROM A WHERE ID = 19999").Should().Equal("19999,some text value 19999,2024-05-06 05:33:19");
    }

    [Fact]
    public void Reports_the_failed_rows_of_an_array_and_keeps_the_others()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE B (ID NUMBER(3) CONSTRAINT B_PK PRIMARY KEY, V VARCHAR2(3))");
        Run(connection, "INSERT INTO B VALUES (3, 'old')");
        using var transaction = connection.BeginTransaction();

        using var insert = ArrayCommand(
            connection,
            "INSERT INTO B (ID, V) VALUES (:id, :v)",
            6,
            ("id", OracleDbType.Int32, new[] { 1, 2, 3, 4, 5000, 6 }),
            ("v", OracleDbType.Varchar2, new[] { "a", "toolong", "c", "d", "e", "f" }));
        var error = Fails(() => insert.ExecuteNonQuery());

        error.Number.Should().Be(24381);
        error.Errors.Cast<OracleError>().Select(e => (e.Number, e.ArrayBindIndex)).Should().Equal((24381, -1), (12899, 1), (1, 2), (1438, 4));
        error.Errors[2].Message.Should().StartWith("ORA-00001: unique constraint (KAFKAORACLE.B_PK) violated");
        transaction.Commit();
        Rows(connection, "SELECT ID, V FROM B ORDER BY ID").Should().Equal("1,a", "3,old", "4,d", "6,f");
    }

    [Fact]
    public void Reports_thousands_of_failed_rows()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE B (ID NUMBER(10) PRIMARY KEY)");
        using var transaction = connection.BeginTransaction();
        using var insert = ArrayCommand(connection, "INSERT INTO B VALUES (:id)", 5000, ("id", OracleDbType.Int32, Enumerable.Range(0, 5000).Select(i => i / 2).ToArray()));

        var error = Fails(() => insert.ExecuteNonQuery());

        error.Errors.Count.Should().Be(2501);
        error.Errors[^1].ArrayBindIndex.Should().Be(4999);
        Scalar(connection, "SELECT COUNT(*) FROM B").Should().Be(2500m);
    }

    [Fact]
    public void Answers_an_array_into_a_missing_table_with_one_plain_error()
    {
        using var connection = Open();
        using var insert = ArrayCommand(connection, "INSERT INTO NOSUCH VALUES (:id)", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }));

        Fails(() => insert.ExecuteNonQuery()).Number.Should().Be(942);

        Scalar(connection, "SELECT 1 FROM DUAL").Should().Be(1m);
    }

    [Fact]
    public void Counts_the_rows_of_every_element_of_an_array()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE C (ID NUMBER(10) PRIMARY KEY, V VARCHAR2(10))");
        using (var insert = ArrayCommand(connection, "INSERT INTO C (ID) VALUES (:id)", 40, ("id", OracleDbType.Int32, Enumerable.Range(0, 40).ToArray()))) insert.ExecuteNonQuery();

        using var update = ArrayCommand(
            connection,
            "UPDATE C SET V = :v WHERE ID >= :low AND ID < :high",
            4,
            ("v", OracleDbType.Varchar2, new[] { "a", "b", "c", "d" }),
            ("low", OracleDbType.Int32, new[] { 0, 10, 30, 99 }),
            ("high", OracleDbType.Int32, new[] { 5, 20, 31, 100 }));

        update.ExecuteNonQuery().Should().Be(16);
        update.ArrayBindRowsAffected.Should().Equal(5, 10, 1, 0);
        using var delete = ArrayCommand(connection, "DELETE FROM C WHERE ID = :id", 3, ("id", OracleDbType.Int32, new[] { 1, 1, 2 }));
        delete.ExecuteNonQuery().Should().Be(2);
        delete.ArrayBindRowsAffected.Should().Equal(1, 0, 1);
    }

    [Fact]
    public void Merges_arrays()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE M (ID NUMBER(10) PRIMARY KEY, V VARCHAR2(50))");
        using var merge = ArrayCommand(
            connection, Merge, 5, ("id", OracleDbType.Int32, new[] { 1, 2, 3, 1, 2 }), ("v", OracleDbType.Varchar2, new[] { "a", "b", "c", "a2", null! }));

        merge.ExecuteNonQuery().Should().Be(5);

        merge.ArrayBindRowsAffected.Should().Equal(1, 1, 1, 1, 1);
        Rows(connection, "SELECT ID, V FROM M ORDER BY ID").Should().Equal("1,a2", "2,", "3,c");
    }

    [Fact]
    public void Merges_with_conditions_and_with_one_branch_alone()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE M (K VARCHAR2(5), P NUMBER(5), V NUMBER(10,2), EPOCH NUMBER(10), CONSTRAINT M_PK PRIMARY KEY (K, P))");
        const string Newer = """
            MERGE INTO M t USING (SELECT :k K, :p P, :v V, :e EPOCH FROM DUAL) s ON (t.K = s.K AND t.P = s.P)
            WHEN MATCHED THEN UPDATE SET t.V = t.V + s.V, t.EPOCH = s.EPOCH WHERE t.EPOCH < s.EPOCH
            WHEN NOT MATCHED THEN INSERT (K, P, V, EPOCH) VALUES (s.K, s.P, s.V, s.EPOCH)
            """;
        using (var merge = ArrayCommand(
            connection,
            Newer,
            4,
            ("k", OracleDbType.Varchar2, new[] { "a", "a", "a", "b" }),
            ("p", OracleDbType.Int32, new[] { 1, 1, 1, 1 }),
            ("v", OracleDbType.Decimal, new[] { 1.10m, 2.20m, 100m, 7m }),
            ("e", OracleDbType.Int64, new[] { 1L, 2L, 2L, 1L })))
        {
            merge.ExecuteNonQuery();
            merge.ArrayBindRowsAffected.Should().Equal(1, 1, 0, 1);
        }
        Rows(connection, "SELECT K, V, EPOCH FROM M ORDER BY K").Should().Equal("a,3.3,2", "b,7,1");

        Run(connection, "MERGE INTO M USING (SELECT 'a' K FROM DUAL) s ON (M.K = s.K) WHEN MATCHED THEN UPDATE SET M.V = 0").Should().Be(1);
        Run(connection, "MERGE INTO M USING (SELECT 'a' K FROM DUAL) s ON (M.K = s.K) WHEN NOT MATCHED THEN INSERT (K, P) VALUES (s.K, 9)").Should().Be(0);
        Run(connection, "CREATE TABLE S AS SELECT K || 'x' K, P, V FROM M UNION ALL SELECT K, P, 5 FROM M");
        Run(connection, """
            MERGE INTO M t USING S ON (t.K = S.K AND t.P = S.P)
            WHEN MATCHED THEN UPDATE SET V = S.V WHEN NOT MATCHED THEN INSERT (K, P, V) VALUES (S.K, S.P, S.V)
            """).Should().Be(4);
        Rows(connection, "SELECT K, V FROM M ORDER BY K").Should().Equal("a,5", "ax,0", "b,5", "bx,7");
        Fails(() => Run(connection, "MERGE INTO M t USING (SELECT 'a' K FROM DUAL) s ON (t.K = s.K) WHEN MATCHED THEN UPDATE SET t.K = 'z'")).Number.Should().Be(38104);
    }

    [Fact]
    public void Reports_the_failed_rows_of_a_merge()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE M (ID NUMBER(2) PRIMARY KEY, V VARCHAR2(3))");
        using var transaction = connection.BeginTransaction();
        using var merge = ArrayCommand(connection, Merge, 3, ("id", OracleDbType.Int32, new[] { 1, 500, 2 }), ("v", OracleDbType.Varchar2, new[] { "a", "b", "toolong" }));

        var error = Fails(() => merge.ExecuteNonQuery());

        error.Errors.Cast<OracleError>().Select(e => (e.Number, e.ArrayBindIndex)).Should().Equal((24381, -1), (1438, 1), (12899, 2));
        transaction.Commit();
        Rows(connection, "SELECT ID, V FROM M").Should().Equal("1,a");
    }

    [Fact]
    public void Returns_values_into_binds()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE R (ID NUMBER(10), V VARCHAR2(10) DEFAULT 'new')");
        using var insert = Command(connection, "INSERT INTO R (ID) VALUES (:id) RETURNING V INTO :v", ("id", 1));
        var value = insert.Parameters.Add("v", OracleDbType.Varchar2, 50, null, System.Data.ParameterDirection.Output);

        insert.ExecuteNonQuery().Should().Be(1);

        value.Value.ToString().Should().Be("new");
    }
}
