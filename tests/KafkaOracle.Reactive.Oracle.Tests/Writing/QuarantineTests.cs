using System.Text;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class QuarantineTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, 20_000)]
    [InlineData(false, 20_000)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Rows_that_the_database_refuses_go_to_the_rejects_and_good_ones_stay(bool upsert, int arrayRows)
    {
        await using var server = Server.Any();
        var pipeline = server.Name("quarantine");
        var table = OracleTable.For<Item>(server.Name("ITEMS"));
        if (upsert) table = table.Upsert();
        var committed = new List<EpochCommitted>();
        await using var writer = await server.Store(o => o.ArrayRows = arrayRows).OpenAsync(pipeline, [table], Stop);
        using var _ = writer.Committed.Subscribe(committed.Add);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, [new(1, "a"), new(2, "too long"), new(3, "c"), new(4, "also too long"), new(5, "e")])]), Stop);
        await writer.CompleteAsync();

        committed.Single().Quarantined.Should().Be(2);
        (await server.QueryAsync($"SELECT ID FROM {table.Name} ORDER BY ID")).Should().Equal("1", "3", "5");
        (await server.QueryAsync($"SELECT KIND, ORA_CODE, TABLE_NAME, TOPIC, TOPIC_PARTITION, TOPIC_OFFSET, EVENT_TIME, PAYLOAD, EPOCH_NUMBER FROM {Rejects(pipeline)} ORDER BY TOPIC_OFFSET"))
            .Should().Equal(
                $"Refused|12899|{table.Name}|sales|0|1|2026-03-01 12:00:00.0000000|{{\"ID\":2,\"TEXT\":\"too long\"}}|1",
                $"Refused|12899|{table.Name}|sales|0|3|2026-03-01 12:00:00.0000000|{{\"ID\":4,\"TEXT\":\"also too long\"}}|1");
        (await server.QueryAsync($"SELECT REASON FROM {Rejects(pipeline)}")).Should().OnlyContain(r => r.StartsWith("ORA-12899", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_single_row_that_is_refused_goes_to_the_rejects_as_well()
    {
        await using var server = Server.Any();
        var (pipeline, table) = (server.Name("single"), OracleTable.For<Item>(server.Name("ITEMS")));
        await using var writer = await server.Store().OpenAsync(pipeline, [table], Stop);
        var epochs = new Epochs(Sales);

        foreach (var id in new[] { 1, 1, 2 }) await writer.SendAsync(epochs.Next([Epochs.Batch(table, [new(id, "x")])]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT ID FROM {table.Name} ORDER BY ID")).Should().Equal("1", "2");
        (await server.QueryAsync($"SELECT ORA_CODE, EPOCH_NUMBER FROM {Rejects(pipeline)}")).Should().Equal("1|2");
    }

    [Fact]
    public async Task Messages_that_did_not_get_into_the_query_are_kept_as_text_or_bytes()
    {
        await using var server = Server.Any();
        var pipeline = server.Name("messages");
        await using var writer = await server.Store().OpenAsync(pipeline, [], Stop);
        var longKey = new byte[5000];
        Reject[] rejects =
        [
            new(RejectKind.Undecodable, "no JSON", new Position("sales", 0, 1), null, Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes("{\"größe\":1")),
            new(RejectKind.OutOfBounds, new string('r', 3000), new Position("sales", 0, 2), Epochs.Noon, longKey, [0xff, 0xfe]),
            new(RejectKind.Late, "late", new Position("sales", 0, 3), Epochs.Noon, null, null),
        ];

        await writer.SendAsync(new Epochs(Sales).Next(rejects: rejects), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT KIND, TOPIC_OFFSET, EVENT_TIME, PAYLOAD, PAYLOAD_BYTES FROM {Rejects(pipeline)} ORDER BY TOPIC_OFFSET")).Should().Equal(
            "Undecodable|1|-|{\"größe\":1|-",
            "OutOfBounds|2|2026-03-01 12:00:00.0000000|-|FFFE",
            "Late|3|2026-03-01 12:00:00.0000000|-|-");
        (await server.QueryAsync($"SELECT MESSAGE_KEY FROM {Rejects(pipeline)} WHERE TOPIC_OFFSET = 2")).Should().Equal(Convert.ToHexString(longKey));
        (await server.QueryAsync($"SELECT LENGTH(REASON) FROM {Rejects(pipeline)} WHERE TOPIC_OFFSET = 2")).Should().Equal("1000");
    }

    private static string Rejects(string pipeline) => $"\"{OracleName.FromClr(pipeline)}_REJECTS\"";
}
