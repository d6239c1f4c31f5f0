using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Program;

/// <summary>SIGKILL of a server with a file, at random moments, while clients commit.</summary>
public sealed class KillTests
{
    private const int Kills = 20, Writers = 3, RowsPerCommit = 3;

    [Fact]
    public async Task Keeps_every_acknowledged_commit_and_no_half_of_another()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var confirmed = new HashSet<int>();
        var attempted = 0;
        try
        {
            for (var round = 0; round <= Kills; round++)
            {
                using var program = await new ServerProgram("--no-kafka", "--oracle-port", "0", "--oracle-file", file).ReadyAsync();
                using (var connection = await OpenAsync(program))
                {
                    if (round == 0) Run(connection, "CREATE TABLE K (N NUMBER(9), I NUMBER(3), TEXT VARCHAR2(500), PRIMARY KEY (N, I))");
                    var stored = Stored(connection);
                    confirmed.Except(stored.Keys).Should().BeEmpty("what was acknowledged stays, seed {0}, kill {1}", seed, round);
                    stored.Where(s => s.Value != RowsPerCommit || s.Key > attempted).Should().BeEmpty("transactions are whole, seed {0}, kill {1}", seed, round);
                    confirmed = [.. stored.Keys];
                }
                if (round == Kills) break;
                var commits = random.Next(1, 60);
                var spins = random.Next(0, 2000);
                var done = 0;
                var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
                {
                    try
                    {
                        using var connection = await OpenAsync(program);
                        while (true)
                        {
                            var number = Interlocked.Increment(ref attempted);
                            Insert(connection, number);
                            lock (confirmed) confirmed.Add(number);
                            if (Interlocked.Increment(ref done) == commits) enough.SetResult();
                        }
                    }
                    catch (OracleException)
                    {
                        // Killed: within a commit, or before the last of the writers had its connection.
                    }
                })).ToList();
                await Task.WhenAny(enough.Task, Task.WhenAll(writers));
                enough.Task.IsCompleted.Should().BeTrue("nobody fails before the kill, seed {0}", seed);
                // Anywhere within the commits that follow.
                Thread.SpinWait(spins * 50);
                program.Kill();
                await Task.WhenAll(writers);
            }
        }
        finally
        {
            foreach (var suffix in new[] { "", "-wal", "-shm", "-owner" }) File.Delete(file + suffix);
        }
    }

    private static async Task<OracleConnection> OpenAsync(ServerProgram program)
    {
        var connection = new OracleConnection(program.OracleConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static void Insert(OracleConnection connection, int number)
    {
        using var transaction = connection.BeginTransaction();
        for (var i = 0; i < RowsPerCommit; i++) Run(connection, $"INSERT INTO K VALUES ({number}, {i}, '{new string('x', 400)}')");
        transaction.Commit();
    }

    private static void Run(OracleConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Dictionary<int, int> Stored(OracleConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT N, COUNT(*) FROM K GROUP BY N";
        using var reader = command.ExecuteReader();
        var stored = new Dictionary<int, int>();
        while (reader.Read()) stored[reader.GetInt32(0)] = reader.GetInt32(1);
        return stored;
    }
}
