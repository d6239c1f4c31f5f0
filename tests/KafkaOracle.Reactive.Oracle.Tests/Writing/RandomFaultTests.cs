using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>Connections lost, deadlocks, crashes of the process and zombies at random points: the rows must be there once each.</summary>
public sealed class RandomFaultTests
{
    private static readonly LogPartition[] Partitions = [new("sales", 0), new("sales", 1)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_row_is_there_once(int seed)
    {
        await using var server = Server.Start();
        var random = new Random(seed);
        var gate = new Lock();
        var table = OracleTable.For<Item>("ITEMS");
        var store = server.Store();
        await using (await store.OpenAsync("p", [table], Stop)) { }
        server.Embedded.Faults.Hook = context =>
        {
            if (context.Point is FaultPoint.Connect or FaultPoint.Login or FaultPoint.Fetch) return null;
            lock (gate)
            {
                return random.Next(12) switch
                {
                    0 => Fault.Drop(random.Next(2) == 0),
                    1 when context.Point is FaultPoint.BeforeExecute => Fault.Error(60),
                    _ => null,
                };
            }
        };

        const int Count = 12;
        var zombies = new List<IEpochWriter>();
        while (true)
        {
            IEpochWriter writer;
            try
            {
                writer = await store.OpenAsync("p", [table], Stop);
            }
            catch (OracleStoreException lost) when (lost.IsTransient)
            {
                continue;
            }
            zombies.Add(writer);
            var done = writer.Ledger.Count == 0 ? 0 : writer.Ledger.Max(r => r.EpochNumber);
            if (done == Count) break;
            var epochs = Epochs.After(writer.Ledger, Partitions);

            // Some epochs later the process dies, or seems to have, and its writer lives on as a zombie.
            int left, end;
            lock (gate) (left, end) = (random.Next(1, 5), random.Next(3));
            for (var number = done + 1; number <= Count && left-- > 0; number++)
                if (!await writer.SendAsync(epochs.Next([Epochs.Batch(table, Item.Range((int)number * 100, 10))]), Stop)) break;
            try
            {
                if (end == 0) await writer.CompleteAsync();
                else if (end == 1) await writer.DisposeAsync();
            }
            catch (FencedException)
            {
                continue;       // a zombie got there first
            }
        }
        server.Embedded.Faults.Clear();
        foreach (var zombie in zombies) await zombie.DisposeAsync();

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID), SUM(ID) FROM ITEMS")).Should().Equal(
            $"{Count * 10}|{Count * 10}|{Enumerable.Range(1, Count).Sum(n => Enumerable.Range(n * 100, 10).Sum())}");
        (await server.CountAsync("P_REJECTS")).Should().Be(0);
        (await server.QueryAsync("SELECT COUNT(DISTINCT EPOCH_ID), MIN(EPOCH_NUMBER) FROM KAFKAORACLE_LEDGER")).Should().Equal($"1|{Count}");
    }
}
