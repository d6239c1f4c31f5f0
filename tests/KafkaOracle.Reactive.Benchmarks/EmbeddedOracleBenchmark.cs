using System.Data.Common;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Data.Sqlite;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>
/// How much slower than SQLite itself, filled row by row through Microsoft.Data.Sqlite, is the embedded server behind ODP.NET? The same
/// rows of five columns with a primary key, in transactions of the same size; Nothing_applied is the protocol without the inserts.
/// </summary>
public class EmbeddedOracleBenchmark
{
    private const int Rows = 200_000, Batch = 5_000;
    private static readonly int[] Ids = [.. Enumerable.Range(0, Rows)];
    private static readonly long[] Longs = [.. Ids.Select(i => 10_000_000_000L + i)];
    private static readonly decimal[] Amounts = [.. Ids.Select(i => i * 0.37m)];
    private static readonly string[] Texts = [.. Ids.Select(i => string.Create(CultureInfo.InvariantCulture, $"some text value {i}"))];
    private static readonly DateTime[] Times = [.. Ids.Select(i => new DateTime(2024, 5, 6, 7, 8, 9).AddSeconds(i))];
    private readonly string _file = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
    private EmbeddedOracle _server = null!;
    private OracleConnection _oracle = null!;
    private SqliteConnection _sqlite = null!;

    [GlobalSetup]
    public void Setup()
    {
        _server = EmbeddedOracle.Start();
        _oracle = Opened(new OracleConnection(_server.ConnectionString));
        Run("CREATE TABLE ROWS_HERE (ID NUMBER(10) PRIMARY KEY, L NUMBER(19), A NUMBER(18,4), S VARCHAR2(100), D TIMESTAMP(6))");
        Run("CREATE TABLE READ_ONLY (ID NUMBER(10) PRIMARY KEY, L NUMBER(19), A NUMBER(18,4), S VARCHAR2(100), D TIMESTAMP(6))");
        InsertInto("READ_ONLY");
        _sqlite = Opened(new SqliteConnection($"Data Source={_file}"));
        foreach (var sql in new[] { "PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", "CREATE TABLE t (id NOT NULL, l, a, s, d)", "CREATE UNIQUE INDEX pk ON t (id)" })
        {
            using var command = new SqliteCommand(sql, _sqlite);
            command.ExecuteNonQuery();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _oracle.Dispose();
        _server.Dispose();
        _sqlite.Dispose();
        SqliteConnection.ClearAllPools();
        foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(_file + suffix);
    }

    [IterationSetup]
    public void Empty()
    {
        Run("TRUNCATE TABLE ROWS_HERE");
        using var command = new SqliteCommand("DELETE FROM t", _sqlite);
        command.ExecuteNonQuery();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void Sqlite_row_by_row()
    {
        for (var from = 0; from < Rows; from += Batch)
        {
            using var transaction = _sqlite.BeginTransaction();
            using var command = new SqliteCommand("INSERT INTO t VALUES ($id, $l, $a, $s, $d)", _sqlite, transaction);
            var parameters = new[] { "$id", "$l", "$a", "$s", "$d" }.Select(n => command.Parameters.Add(new SqliteParameter { ParameterName = n })).ToArray();
            for (var i = from; i < from + Batch; i++)
            {
                parameters[0].Value = Ids[i];
                parameters[1].Value = Longs[i];
                parameters[2].Value = Amounts[i];
                parameters[3].Value = Texts[i];
                parameters[4].Value = Times[i];
                command.ExecuteNonQuery();
            }
            transaction.Commit();
        }
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public void Array_insert() => InsertInto("ROWS_HERE");

    [Benchmark(OperationsPerInvoke = Rows)]
    public void Nothing_applied() => Arrays("UPDATE ROWS_HERE SET L = :l, A = :a, S = :s, D = :d WHERE ID = :id AND 1 = 0");

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Select()
    {
        using var command = _oracle.CreateCommand();
        command.CommandText = "SELECT ID, L, A, S, D FROM READ_ONLY";
        command.FetchSize = 1 << 20;
        using var reader = command.ExecuteReader();
        var values = new object[reader.FieldCount];
        var rows = 0;
        for (; reader.Read(); rows++) reader.GetValues(values);
        return rows == Rows ? rows : throw new InvalidOperationException($"{rows} of {Rows} rows");
    }

    private static T Opened<T>(T connection) where T : DbConnection
    {
        connection.Open();
        return connection;
    }

    private void InsertInto(string table) => Arrays($"INSERT INTO {table} (ID, L, A, S, D) VALUES (:id, :l, :a, :s, :d)");

    private void Arrays(string sql)
    {
        for (var from = 0; from < Rows; from += Batch)
        {
            var batch = from..(from + Batch);
            using var transaction = _oracle.BeginTransaction();
            using var command = _oracle.CreateCommand();
            command.BindByName = true;
            command.CommandText = sql;
            command.ArrayBindCount = Batch;
            command.Parameters.Add(new OracleParameter("id", OracleDbType.Int32) { Value = Ids[batch] });
            command.Parameters.Add(new OracleParameter("l", OracleDbType.Int64) { Value = Longs[batch] });
            command.Parameters.Add(new OracleParameter("a", OracleDbType.Decimal) { Value = Amounts[batch] });
            command.Parameters.Add(new OracleParameter("s", OracleDbType.Varchar2) { Value = Texts[batch] });
            command.Parameters.Add(new OracleParameter("d", OracleDbType.TimeStamp) { Value = Times[batch] });
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private void Run(string sql)
    {
        using var command = _oracle.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
