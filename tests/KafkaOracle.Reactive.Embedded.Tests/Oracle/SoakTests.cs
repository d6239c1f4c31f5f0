using System.Diagnostics;
using System.Globalization;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

/// <summary>
/// Six writers under random faults: what they were told is committed is stored, once, and nothing else. KAFKAORACLE_SOAK, in
/// seconds, makes it as long as that.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output) : OracleFixture
{
    private const int Writers = 6, RowsPerBatch = 40, Counters = 3, Batches = 40;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("KAFKAORACLE_SOAK") ?? "0", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Stores_what_it_confirms_under_random_faults()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE S (WRITER NUMBER(3), BATCH NUMBER(9), I NUMBER(5), TEXT VARCHAR2(100), PRIMARY KEY (WRITER, BATCH, I))");
        Run(connection, "CREATE TABLE C (ID NUMBER(3) PRIMARY KEY, N NUMBER(12))");
        for (var i = 0; i < Counters; i++) Run(connection, $"INSERT INTO C VALUES ({i}, 0)");
        var seed = Random.Shared.Next();
        var plan = new FaultPlan(seed)
            .With(FaultPoint.Connect, 0.02, Fault.Error(12516))
            .With(FaultPoint.Login, 0.02, Fault.Drop())
            .With(FaultPoint.BeforeExecute, 0.01, Fault.Error(60))
            .With(FaultPoint.BeforeExecute, 0.01, Fault.Drop(reset: true))
            .With(FaultPoint.BeforeExecute, 0.01, Fault.Delay(TimeSpan.FromMilliseconds(10)))
            .With(FaultPoint.AfterExecute, 0.01, Fault.Drop())
            .With(FaultPoint.BeforeCommit, 0.05, Fault.Drop())
            .With(FaultPoint.AfterCommit, 0.05, Fault.Drop(reset: true));
        Server.Faults.Hook = plan.At;

        var soaks = Enumerable.Range(0, Writers).Select(w => Task.Factory.StartNew(() => new Writer(Server, w, seed).Run(Length), TaskCreationOptions.LongRunning)).ToList();
        var writers = await Task.WhenAll(soaks);

        Server.Faults.Clear();
        output.WriteLine($"seed {seed}: {writers.Sum(w => w.Confirmed)} rows confirmed, {plan.Struck} faults, {writers.Sum(w => w.Retries)} retries, {writers.Sum(w => w.Deadlocks)} of them deadlocks");
        Rows(connection, "SELECT WRITER, COUNT(*) FROM S GROUP BY WRITER ORDER BY WRITER").Should().Equal(writers.Select((w, i) => $"{i},{w.Confirmed}"), "of {0}", plan);
        Rows(connection, $"SELECT WRITER, BATCH FROM S GROUP BY WRITER, BATCH HAVING COUNT(*) <> {RowsPerBatch}").Should().BeEmpty("of {0}", plan);
        Scalar(connection, "SELECT SUM(N) FROM C").Should().Be(2m * writers.Sum(w => w.Confirmed), "counters and rows commit together, {0}", plan);
        plan.Struck.Should().BePositive();
    }

    private sealed class Writer(EmbeddedOracle server, int number, int seed)
    {
        private readonly Random _random = new(HashCode.Combine(seed, number));

        public long Confirmed { get; private set; }

        public long Retries { get; private set; }

        public long Deadlocks { get; private set; }

        public Writer Run(TimeSpan length)
        {
            var started = Stopwatch.GetTimestamp();
            OracleConnection? connection = null;
            for (var batch = 0; batch < Batches || Stopwatch.GetElapsedTime(started) < length; batch++)
            {
                while (!TryWrite(ref connection, batch)) Retries++;
                Confirmed += RowsPerBatch;
            }
            connection?.Dispose();
            return this;
        }

        private bool TryWrite(ref OracleConnection? connection, int batch)
        {
            try
            {
                if (connection is not { State: System.Data.ConnectionState.Open })
                {
                    connection?.Dispose();
                    connection = new OracleConnection(server.ConnectionString + ";Pooling=false");
                    connection.Open();
                    // A commit whose answer was lost: the rows tell whether it was done.
                    if (Convert.ToInt64(Scalar(connection, $"SELECT COUNT(*) FROM S WHERE WRITER = {number} AND BATCH = {batch}"), CultureInfo.InvariantCulture) == RowsPerBatch) return true;
                }
                using var transaction = connection.BeginTransaction();
                // Two counters in any order: writers that cross deadlock.
                var first = _random.Next(Counters);
                OracleFixture.Run(connection, $"UPDATE C SET N = N + {RowsPerBatch} WHERE ID = {first}");
                using (var insert = ArrayCommand(
                    connection,
                    $"INSERT INTO S VALUES ({number}, {batch}, :i, :text)",
                    RowsPerBatch,
                    ("i", OracleDbType.Int32, Enumerable.Range(0, RowsPerBatch).ToArray()),
                    ("text", OracleDbType.Varchar2, Enumerable.Range(0, RowsPerBatch).Select(i => $"text {i}").ToArray()))) insert.ExecuteNonQuery();
                OracleFixture.Run(connection, $"UPDATE C SET N = N + {RowsPerBatch} WHERE ID = {(first + 1 + _random.Next(Counters - 1)) % Counters}");
                transaction.Commit();
                return true;
            }
            catch (OracleException e)
            {
                if (e.Number == 60) Deadlocks++;
                return false;
            }
        }
    }
}
