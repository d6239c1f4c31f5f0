using System.Text;
using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class LobTests : OracleFixture
{
    [Fact]
    public void Writes_a_temporary_CLOB_in_pieces_and_stores_it()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER(5), C CLOB)");
        using var clob = new OracleClob(connection);
        foreach (var piece in (string[])["one ", "zwei ", "trzy żółć "]) clob.Write(piece.ToCharArray(), 0, piece.Length);
        clob.Append("vier ".ToCharArray(), 0, 5);
        clob.SetLength((clob.Length / 2) - 1);
        using var insert = Command(connection, "INSERT INTO L VALUES (1, :c)");
        insert.Parameters.Add(new OracleParameter("c", OracleDbType.Clob) { Value = clob });
        insert.ExecuteNonQuery();

        Scalar(connection, "SELECT C FROM L").Should().Be("one zwei trzy żółć vier");
    }

    [Fact]
    public void Writes_a_temporary_BLOB_at_an_offset_and_reads_it_in_pieces()
    {
        using var connection = Open();
        using var blob = new OracleBlob(connection);
        var data = Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7)).ToArray();
        blob.Write(data, 0, data.Length);
        blob.Position = 50_000;
        blob.Write([1, 2, 3], 0, 3);
        (data[50_000], data[50_001], data[50_002]) = (1, 2, 3);

        blob.Position = 0;
        var read = new byte[data.Length];
        for (var done = 0; done < read.Length;) done += blob.Read(read, done, Math.Min(7_001, read.Length - done));

        read.Should().Equal(data);
        blob.Length.Should().Be(data.Length);
    }

    [Fact]
    public void Reads_columns_whole_and_in_pieces_whatever_is_prefetched()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER(5), C CLOB, N NCLOB, B BLOB)");
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:x} é"));
        var bytes = Encoding.UTF8.GetBytes(text);
        using (var insert = Command(connection, "INSERT INTO L VALUES (1, :c, :n, :b)"))
        {
            insert.Parameters.Add(new OracleParameter("c", OracleDbType.Clob) { Value = text });
            insert.Parameters.Add(new OracleParameter("n", OracleDbType.NClob) { Value = text });
            insert.Parameters.Add(new OracleParameter("b", OracleDbType.Blob) { Value = bytes });
            insert.ExecuteNonQuery();
        }
        foreach (var prefetched in (int[])[0, 1000, -1])
        {
            using var command = Command(connection, "SELECT C, N, B FROM L");
            command.InitialLOBFetchSize = prefetched;
            using var reader = command.ExecuteReader();
            reader.Read().Should().BeTrue();
            reader.GetString(0).Should().Be(text);
            reader.GetString(1).Should().Be(text);
            ((byte[])reader.GetValue(2)).Should().Equal(bytes);
            using var clob = reader.GetOracleClob(0);
            var middle = new char[1000];
            clob.Position = 2 * 30_000;
            clob.Read(middle, 0, middle.Length).Should().Be(middle.Length);
            new string(middle).Should().Be(text.Substring(30_000, 1000));
        }
    }

    [Fact]
    public void Refuses_more_LOB_memory_than_allowed()
    {
        using var small = EmbeddedOracle.Start(new EmbeddedOracleOptions { MaxLobBytes = 100_000 });
        using var connection = new OracleConnection(small.ConnectionString + ";Pooling=false");
        connection.Open();
        using var blob = new OracleBlob(connection);
        var data = new byte[60_000];
        blob.Write(data, 0, data.Length);

        Fails(() => blob.Write(data, 0, data.Length)).Number.Should().Be(1652);

        Scalar(connection, "SELECT 1 FROM DUAL").Should().Be(1m);
    }

    [Fact]
    public void Writes_the_columns_of_a_locked_row_and_of_no_other()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER(5), C CLOB, B BLOB)");
        Run(connection, "INSERT INTO L VALUES (1, 'hello', HEXTORAW('0102'))");
        Run(connection, "INSERT INTO L VALUES (2, 'other', HEXTORAW('0304'))");
        using (var transaction = connection.BeginTransaction())
        {
            using var command = Command(connection, "SELECT C, B FROM L WHERE ID = 1 FOR UPDATE");
            using var reader = command.ExecuteReader();
            reader.Read().Should().BeTrue();
            using var clob = reader.GetOracleClob(0);
            clob.Append(" world".ToCharArray(), 0, 6);
            using var blob = reader.GetOracleBlob(1);
            blob.Write([9, 8, 7], 0, 3);
            transaction.Commit();
        }
        Scalar(connection, "SELECT C FROM L WHERE ID = 1").Should().Be("hello world");
        Rows(connection, "SELECT ID, RAWTOHEX(B) FROM L ORDER BY ID").Should().Equal("1,090807", "2,0304");
        using var unlocked = Command(connection, "SELECT C FROM L WHERE ID = 2");
        using var read = unlocked.ExecuteReader();
        read.Read().Should().BeTrue();
        using var refused = read.GetOracleClob(0);

        Fails(() => refused.Append("x".ToCharArray(), 0, 1)).Number.Should().Be(22920);
    }

    [Fact]
    public void Shows_a_ROWID_that_finds_its_row()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER(5))");
        Run(connection, "INSERT INTO L VALUES (1)");
        Run(connection, "INSERT INTO L VALUES (2)");

        var id = (string)Scalar(connection, "SELECT ROWID FROM L WHERE ID = 2")!;

        id.Should().HaveLength(18);
        Scalar(connection, "SELECT ID FROM L WHERE ROWID = :r", ("r", id)).Should().Be(2);
    }
}
