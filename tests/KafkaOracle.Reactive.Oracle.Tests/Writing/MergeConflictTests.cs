using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class MergeConflictTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_key_that_another_session_adds_at_the_same_time_is_updated(int rows)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS").Upsert();
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        await using var other = new OracleConnection(server.ConnectionString);
        await other.OpenAsync(Stop);
        await using var transaction = other.BeginTransaction();
        await using (var insert = other.CreateCommand())
        {
            insert.CommandText = "INSERT INTO ITEMS (ID, TEXT) VALUES (1, 'other')";
            await insert.ExecuteNonQueryAsync(Stop);
        }

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(1, rows))]), Stop);
        await Soon.Until(() => server.Embedded.WaitingCount == 1);
        await transaction.CommitAsync(Stop);
        await Soon.Within(writer.CompleteAsync());

        (await server.QueryAsync("SELECT ID, TEXT FROM ITEMS ORDER BY ID")).Should().Equal(Enumerable.Range(1, rows).Select(i => $"{i}|t{i}"));
        (await server.CountAsync("P_REJECTS")).Should().Be(0);
    }

    [Fact]
    public async Task A_refusal_by_the_key_itself_is_tried_again()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS").Upsert();
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(1), c => c.Table == "ITEMS");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(1, 1))]), Stop);
        await Soon.Within(writer.CompleteAsync());

        (await server.CountAsync("ITEMS")).Should().Be(1);
        (await server.CountAsync("P_REJECTS")).Should().Be(0);
    }

    [Fact]
    public async Task A_refusal_by_another_unique_key_goes_to_the_rejects_in_the_end()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE ITEMS (ID NUMBER(10) PRIMARY KEY, TEXT VARCHAR2(5 CHAR) UNIQUE)");
        await server.RunAsync("INSERT INTO ITEMS VALUES (7, 't1')");
        var table = OracleTable.For<Item>("ITEMS").Upsert();
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(1, 3))]), Stop);
        await Soon.Within(writer.CompleteAsync());

        (await server.QueryAsync("SELECT ID FROM ITEMS ORDER BY ID")).Should().Equal("2", "3", "7");
        (await server.QueryAsync("SELECT ORA_CODE, PAYLOAD FROM P_REJECTS")).Should().Equal("1|{\"ID\":1,\"TEXT\":\"t1\"}");
    }
}
