using System.Globalization;
using BenchmarkDotNet.Attributes;
using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Benchmarks;

public sealed record Payment(long Id, int Account, decimal Amount, string Reference, DateTime BookedAt);

/// <summary>What do ledger, rejects and typed batches cost against the array-bind loop that one would write by hand?</summary>
public class WriterBenchmark
{
    private const int Epochs = 20, RowsPerEpoch = 10_000;
    private static readonly OracleTable<Payment> Table = OracleTable.For<Payment>("PAYMENTS").Column(p => p.Amount, OracleType.Number(19, 4)).Column(p => p.Reference, OracleType.Varchar(40));
    private readonly Payment[] _rows = [.. Enumerable.Range(0, RowsPerEpoch).Select(i => new Payment(i, i % 977, i / 100m, string.Create(CultureInfo.InvariantCulture, $"reference {i:D8}"), new DateTime(2026, 1, 5).AddSeconds(i)))];
    private EmbeddedOracle _oracle = null!;
    private int _run;

    [GlobalSetup]
    public void Setup()
    {
        _oracle = EmbeddedOracle.Start();
        new OracleStore(_oracle.ConnectionString).OpenAsync("bench", [Table], CancellationToken.None).GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Cleanup() => _oracle.Dispose();

    [IterationSetup]
    public void Empty()
    {
        using var connection = new OracleConnection(_oracle.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "TRUNCATE TABLE PAYMENTS";
        command.ExecuteNonQuery();
    }

    [Benchmark(Baseline = true)]
    public void Array_bind_by_hand()
    {
        using var connection = new OracleConnection(_oracle.ConnectionString);
        connection.Open();
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO PAYMENTS (ID, ACCOUNT, AMOUNT, REFERENCE, BOOKED_AT) VALUES (:1, :2, :3, :4, :5)";
            command.ArrayBindCount = RowsPerEpoch;
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Int64, Value = Array.ConvertAll(_rows, r => r.Id) });
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Int32, Value = Array.ConvertAll(_rows, r => r.Account) });
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Decimal, Value = Array.ConvertAll(_rows, r => r.Amount) });
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = Array.ConvertAll(_rows, r => r.Reference) });
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.TimeStamp, Value = Array.ConvertAll(_rows, r => r.BookedAt) });
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    [Benchmark]
    public async Task Epoch_writer()
    {
        var store = new OracleStore(_oracle.ConnectionString);
        await using var writer = await store.OpenAsync(string.Create(CultureInfo.InvariantCulture, $"bench{_run++ % 4}"), [Table], CancellationToken.None);
        var partition = new LogPartition("payments", 0);
        Guid? before = writer.Ledger.Count > 0 ? writer.Ledger[0].Epoch : null;
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            var batch = Table.NewBatch();
            foreach (var row in _rows) batch.Add(row, new(new("payments", 0, row.Id), new(row.BookedAt, TimeSpan.Zero)));
            var id = Guid.NewGuid();
            var ledger = new LedgerRow
            {
                Partition = partition,
                Epoch = id,
                EpochNumber = epoch,
                NextOffset = epoch,
                RewindOffset = epoch,
                EraStart = null,
                EraRows = 0,
                EraSum = 0,
                EraTables = [],
                Watermark = null,
                Idle = false,
                Floors = [],
                Query = "1",
            };
            await writer.SendAsync(new() { Id = id, Number = epoch, Ledger = [new(ledger, before)], Batches = [batch], Rejects = [] }, CancellationToken.None);
            before = id;
        }
        await writer.CompleteAsync();
    }
}
