using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class DirectPathTests : OracleFixture
{
    private const string Create =
        "CREATE TABLE LOADED (ID NUMBER(10) PRIMARY KEY, AMOUNT NUMBER(12,2), NAME VARCHAR2(40), AT TIMESTAMP(6), NOTE CLOB, DATA BLOB, NATIONAL NVARCHAR2(20))";

    [Theory]
    [InlineData(0, 10)]
    [InlineData(300, 1000)]
    public void Loads_rows_of_every_kind_in_batches(int batchSize, int rows)
    {
        using var connection = Open();
        Run(connection, Create);

        Load(connection, Table(0, rows), batchSize);

        Scalar(connection, "SELECT COUNT(*) FROM LOADED").Should().Be((decimal)rows);
        Scalar(connection, "SELECT SUM(AMOUNT) FROM LOADED").Should().Be(Enumerable.Range(0, rows).Sum(i => i * 0.25m));
        Scalar(connection, "SELECT COUNT(*) FROM LOADED WHERE NAME IS NULL").Should().Be((decimal)((rows + 9) / 10));
        Rows(connection, "SELECT ID, NAME, AT, NATIONAL FROM LOADED WHERE ID = 7").Should().Equal("7,name 7,2024-05-06 07:08:09.007,żółć 7");
    }

    [Fact]
    public void Loads_values_that_are_split_over_pieces()
    {
        using var connection = Open();
        Run(connection, Create);
        var table = Table(0, 2);
        var text = string.Concat(Enumerable.Range(0, 40_000).Select(i => (char)('a' + (i % 26))));
        table.Rows[1]["NOTE"] = text;
        table.Rows[1]["DATA"] = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();

        Load(connection, table, 0);

        using var command = Command(connection, "SELECT NOTE, DATA FROM LOADED WHERE ID = 1");
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();
        reader.GetString(0).Should().Be(text);
        ((byte[])reader.GetValue(1)).Should().Equal((byte[])table.Rows[1]["DATA"]);
    }

    [Fact]
    public void Belongs_to_the_transaction_that_is_open()
    {
        using var connection = Open();
        Run(connection, Create);
        using (var transaction = connection.BeginTransaction())
        {
            Load(connection, Table(0, 5), 0);
            Scalar(connection, "SELECT COUNT(*) FROM LOADED").Should().Be(5m);
            transaction.Rollback();
        }

        Scalar(connection, "SELECT COUNT(*) FROM LOADED").Should().Be(0m);
    }

    [Fact]
    public void Undoes_a_load_that_meets_a_duplicate_key()
    {
        using var connection = Open();
        Run(connection, Create);
        Load(connection, Table(3, 1), 0);

        Fails(() => Load(connection, Table(0, 5), 0)).Number.Should().Be(1);

        Rows(connection, "SELECT ID FROM LOADED").Should().Equal("3");
    }

    [Fact]
    public void Refuses_a_table_that_does_not_exist()
    {
        using var connection = Open();

        Fails(() => Load(connection, Table(0, 1), 0)).Number.Should().Be(942);

        Scalar(connection, "SELECT 1 FROM DUAL").Should().Be(1m);
    }

    private static void Load(OracleConnection connection, DataTable table, int batchSize)
    {
        using var copy = new OracleBulkCopy(connection) { DestinationTableName = "LOADED", BatchSize = batchSize };
        copy.WriteToServer(table);
    }

    private static DataTable Table(int from, int rows)
    {
        var table = new DataTable();
        table.Columns.Add("ID", typeof(int));
        table.Columns.Add("AMOUNT", typeof(decimal));
        table.Columns.Add("NAME", typeof(string));
        table.Columns.Add("AT", typeof(DateTime));
        table.Columns.Add("NOTE", typeof(string));
        table.Columns.Add("DATA", typeof(byte[]));
        table.Columns.Add("NATIONAL", typeof(string));
        for (var i = from; i < from + rows; i++)
            table.Rows.Add(i, i * 0.25m, i % 10 == 0 ? DBNull.Value : $"name {i}", new DateTime(2024, 5, 6, 7, 8, 9).AddMilliseconds(i), $"note é {i}", new byte[] { 1, (byte)i }, $"żółć {i}");
        return table;
    }
}
