using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class TypeTests : OracleFixture
{
    [Fact]
    public void Keeps_38_digits_of_a_number()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE N (ID NUMBER(5), V NUMBER)");
        string[] texts = ["12345678901234567890123456789012345678", "-99999999999999999999999999999999999999", "0.00000000000000000000000000000000000123", "-1.5", "0", "100000000000000000000"];
        for (var i = 0; i < texts.Length; i++) Run(connection, "INSERT INTO N VALUES (:i, :v)", ("i", i), ("v", OracleDecimal.Parse(texts[i])));

        using var command = Command(connection, "SELECT V FROM N ORDER BY ID");
        using var reader = command.ExecuteReader();

        foreach (var text in texts)
        {
            reader.Read().Should().BeTrue();
            (reader.GetOracleDecimal(0) == OracleDecimal.Parse(text)).Should().BeTrue($"{reader.GetOracleDecimal(0)} should be {text}");
        }
        Rows(connection, "SELECT ID FROM N ORDER BY V").Should().Equal("1", "3", "4", "2", "5", "0");
    }

    [Fact]
    public void Adds_money_exactly()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE M (A NUMBER(12,2))");
        var amounts = Enumerable.Range(0, 1000).Select(i => (i * 0.1m) - 3.07m).Select(x => Math.Round(x, 2)).ToArray();
        using (var insert = ArrayCommand(connection, "INSERT INTO M VALUES (:a)", amounts.Length, ("a", OracleDbType.Decimal, amounts))) insert.ExecuteNonQuery();

        Scalar(connection, "SELECT SUM(A) FROM M").Should().Be(amounts.Sum());
        Scalar(connection, "SELECT MIN(A) FROM M").Should().Be(amounts.Min());
        Scalar(connection, "SELECT MAX(A) FROM M").Should().Be(amounts.Max());
        Scalar(connection, "SELECT AVG(A) FROM M").Should().Be(amounts.Sum() / 1000);
        Scalar(connection, "SELECT SUM(A * 3) - SUM(A) FROM M").Should().Be(amounts.Sum() * 2);
        Scalar(connection, "SELECT 0.1 + 0.2 FROM DUAL").Should().Be(0.3m);
    }

    [Fact]
    public void Returns_every_type_as_it_was_bound()
    {
        using var connection = Open();
        Run(connection, """
            CREATE TABLE T (I NUMBER(10), L NUMBER(19), D NUMBER(12,4), S VARCHAR2(50 CHAR), NS NVARCHAR2(20), C CHAR(5), R RAW(16), DT DATE,
                TS TIMESTAMP(6), TZ TIMESTAMP(6) WITH TIME ZONE, BD BINARY_DOUBLE, BF BINARY_FLOAT)
            """);
        var at = new DateTime(2024, 2, 29, 13, 14, 15).AddTicks(1234560);
        using (var insert = Command(connection, "INSERT INTO T VALUES (:i, :l, :d, :s, :ns, :c, :r, :dt, :ts, :tz, :bd, :bf)"))
        {
            insert.Parameters.Add("i", OracleDbType.Int32, -7, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("l", OracleDbType.Int64, long.MaxValue, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("d", OracleDbType.Decimal, 12345.6789m, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("s", OracleDbType.Varchar2, "Grüße, Ωmega", System.Data.ParameterDirection.Input);
            insert.Parameters.Add("ns", OracleDbType.NVarchar2, "naïve", System.Data.ParameterDirection.Input);
            insert.Parameters.Add("c", OracleDbType.Char, "ab", System.Data.ParameterDirection.Input);
            insert.Parameters.Add("r", OracleDbType.Raw, new byte[] { 0, 1, 255 }, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("dt", OracleDbType.Date, at, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("ts", OracleDbType.TimeStamp, at, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("tz", OracleDbType.TimeStampTZ, new OracleTimeStampTZ(at, "+05:30"), System.Data.ParameterDirection.Input);
            insert.Parameters.Add("bd", OracleDbType.BinaryDouble, -1.5e-300, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("bf", OracleDbType.BinaryFloat, 3.25f, System.Data.ParameterDirection.Input);
            insert.ExecuteNonQuery().Should().Be(1);
        }

        using var command = Command(connection, "SELECT * FROM T");
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();

        reader.GetInt32(0).Should().Be(-7);
        reader.GetInt64(1).Should().Be(long.MaxValue);
        reader.GetDecimal(2).Should().Be(12345.6789m);
        reader.GetString(3).Should().Be("Grüße, Ωmega");
        reader.GetString(4).Should().Be("naïve");
        reader.GetString(5).Should().Be("ab   ");
        reader.GetValue(6).Should().BeEquivalentTo(new byte[] { 0, 1, 255 });
        reader.GetDateTime(7).Should().Be(new DateTime(2024, 2, 29, 13, 14, 15));
        reader.GetDateTime(8).Should().Be(at);
        reader.GetDateTimeOffset(9).Should().Be(new DateTimeOffset(at, TimeSpan.FromHours(5.5)));
        reader.GetDouble(10).Should().Be(-1.5e-300);
        reader.GetFloat(11).Should().Be(3.25f);
        reader.GetFieldType(0).Should().Be<long>();
    }

    [Fact]
    public void Takes_an_empty_text_for_null()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE E (V VARCHAR2(5))");
        Run(connection, "INSERT INTO E VALUES ('')");
        Run(connection, "INSERT INTO E VALUES (:v)", ("v", ""));

        Scalar(connection, "SELECT COUNT(*) FROM E WHERE V IS NULL").Should().Be(2m);
        Scalar(connection, "SELECT NVL('' || V, 'none') FROM E FETCH FIRST 1 ROW ONLY").Should().Be("none");
    }

    [Fact]
    public void Rounds_numbers_and_timestamps_to_their_columns()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE R (N NUMBER(5,2), I NUMBER(3), TS TIMESTAMP(3))");
        Run(connection, "INSERT INTO R VALUES (:n, :i, :t)", ("n", 1.005m), ("i", -2.5m), ("t", new OracleTimeStamp(new DateTime(2024, 1, 1).AddTicks(1235000))));
        Run(connection, "INSERT INTO R SELECT 123.455, 9.4, TIMESTAMP '2024-01-01 00:00:00.1234' FROM DUAL");

        Rows(connection, "SELECT N, I, TO_CHAR(TS, 'HH24:MI:SS.FF3') FROM R").Should().Equal("1.01,-3,00:00:00.124", "123.46,9,00:00:00.123");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5000)]
    [InlineData(40000)]
    [InlineData(300000)]
    public void Stores_and_returns_lobs(int size)
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER(10), C CLOB, B BLOB)");
        var text = string.Concat(Enumerable.Range(0, size / 10).Select(i => $"{i % 1000000:000000}éx!\n"));
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        using (var insert = Command(connection, "INSERT INTO L VALUES (1, :c, :b)"))
        {
            insert.Parameters.Add("c", OracleDbType.Clob, text, System.Data.ParameterDirection.Input);
            insert.Parameters.Add("b", OracleDbType.Blob, bytes, System.Data.ParameterDirection.Input);
            insert.ExecuteNonQuery();
        }

        foreach (var prefetch in new[] { 0, -1 })
        {
            using var command = Command(connection, "SELECT C, B FROM L");
            command.InitialLOBFetchSize = prefetch;
            using var reader = command.ExecuteReader();
            reader.Read().Should().BeTrue();
            reader.GetString(0).Should().Be(text);
            ((byte[])reader.GetValue(1)).AsSpan().SequenceEqual(bytes).Should().BeTrue();
        }
        Scalar(connection, "SELECT LENGTH(C) FROM L").Should().Be((decimal)text.Length);
    }

    [Fact]
    public void Binds_lobs_in_arrays_and_long_texts_without_locators()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER(10), C CLOB)");
        using (var insert = ArrayCommand(
            connection, "INSERT INTO L (ID, C) VALUES (:id, :c)", 3, ("id", OracleDbType.Int32, new[] { 1, 2, 3 }), ("c", OracleDbType.Clob, new[] { "short", new string('q', 50000), null! })))
        {
            insert.ExecuteNonQuery().Should().Be(3);
        }
        foreach (var size in new[] { 4001, 32767 }) Run(connection, "INSERT INTO L (ID, C) VALUES (:id, :c)", ("id", size), ("c", new string('z', size)));

        Rows(connection, "SELECT ID, LENGTH(C) FROM L ORDER BY ID").Should().Equal("1,5", "2,50000", "3,", "4001,4001", "32767,32767");
    }

    /// <summary>Both sides must have agreed on time zone files, or the driver takes the UTC fields for local ones.</summary>
    [Fact]
    public void Shows_an_instant_with_its_offset()
    {
        using var connection = Open();
        using var command = Command(connection, "SELECT TIMESTAMP '1999-04-15 08:00:00.25 -8:00' FROM DUAL");
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();

        reader.GetDateTimeOffset(0).Should().Be(new DateTimeOffset(1999, 4, 15, 8, 0, 0, 250, TimeSpan.FromHours(-8)));
        reader.GetDateTimeOffset(0).Offset.Should().Be(TimeSpan.FromHours(-8));
        using var bound = Command(connection, "SELECT TO_CHAR(SYS_EXTRACT_UTC(:at), 'HH24:MI') FROM DUAL");
        bound.Parameters.Add(new OracleParameter("at", OracleDbType.TimeStampTZ) { Value = new OracleTimeStampTZ(new DateTime(2024, 1, 2, 12, 0, 0), "-05:30") });
        bound.ExecuteScalar().Should().Be("17:30");
    }

    [Fact]
    public void Shows_the_columns_of_a_table_that_has_changed_since()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE CHANGED (A NUMBER(5))");
        Run(connection, "INSERT INTO CHANGED VALUES (1)");
        Rows(connection, "SELECT * FROM CHANGED").Should().Equal("1");
        Run(connection, "ALTER TABLE CHANGED ADD (B VARCHAR2(5) DEFAULT 'b')");

        Rows(connection, "SELECT * FROM CHANGED").Should().Equal("1,b");
    }
}
