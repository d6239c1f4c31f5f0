using System.ComponentModel.DataAnnotations;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

public sealed class BackfillTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_every_type_are_loaded_as_an_epoch_would_write_them()
    {
        await using var server = Server.Start();
        var (loaded, written) = (OracleTable.For<Wide>("LOADED"), OracleTable.For<Wide>("WRITTEN"));
        Wide[] rows =
        [
            new(1, 1.5m, -2.5, 0.5f, "żółć", [1, 255], Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), new DateTime(2026, 1, 2, 3, 4, 5), new DateOnly(2026, 1, 2), true, long.MinValue, DayOfWeek.Friday, new string('x', 10_000)),
            new(2, null, null, null, null, null, null, null, null, null, null, null, null),
        ];
        await using var writer = await server.Store().OpenAsync("p", [loaded, written], Stop);
        await writer.SendAsync(new Epochs(new LogPartition("t", 0)).Next([Epochs.Batch(written, rows)]), Stop);
        await writer.CompleteAsync();

        (await server.Store().BackfillAsync(loaded, rows.ToAsyncEnumerable(), stop: Stop)).Should().Be(new BackfillResult(2, 0));

        (await server.QueryAsync("SELECT * FROM LOADED ORDER BY ID")).Should().Equal(await server.QueryAsync("SELECT * FROM WRITTEN ORDER BY ID"));
    }

    [Fact]
    public async Task A_hundred_thousand_rows_are_loaded_in_chunks()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);

        (await server.Store(o => o.ArrayRows = 30_000).BackfillAsync(table, Item.Range(0, 100_000).ToAsyncEnumerable(), stop: Stop)).Should().Be(new BackfillResult(100_000, 0));

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM ITEMS")).Should().Equal("100000|100000");
    }

    [Fact]
    public async Task All_or_nothing_is_loaded()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);
        var unfit = table.Nulls(r => r.Text, ValueRule.Reject);

        await FluentActions.Awaiting(() => server.Store(o => o.ArrayRows = 2).BackfillAsync(table, new[] { new Item(1, "a"), new(2, "b"), new(3, "too long") }.ToAsyncEnumerable(), stop: Stop)).Should().ThrowAsync<OracleStoreException>().WithMessage("*ITEMS was not loaded: among the first 3 rows is one*too long for TEXT*too long*Nothing of it is there.");
        await FluentActions.Awaiting(() => server.Store().BackfillAsync(unfit, new[] { new Item(1, "a"), new(2, null) }.ToAsyncEnumerable(), stop: Stop)).Should().ThrowAsync<OracleStoreException>().WithMessage("*among the first 2 rows is one*TEXT is null*{\"ID\":2,\"TEXT\":null}*");

        (await server.CountAsync("ITEMS")).Should().Be(0);
    }

    [Fact]
    public async Task Of_a_hundred_thousand_rows_the_bad_ones_go_to_the_rejects_and_can_be_replayed()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);
        var rows = Enumerable.Range(0, 100_000).Select(i => new Item(i, i % 1000 == 0 ? "much too long" : "good"));

        (await server.Store().BackfillAsync(table, rows.ToAsyncEnumerable(), rejects: "history", Stop)).Should().Be(new BackfillResult(99_900, 100));

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID), MAX(TEXT) FROM ITEMS")).Should().Equal("99900|99900|good");
        (await server.QueryAsync("SELECT COUNT(*), COUNT(TOPIC), MIN(KIND), MIN(TABLE_NAME), MIN(REASON) FROM HISTORY_REJECTS"))
            .Should().Equal("100|0|Refused|ITEMS|The value is too long for TEXT VARCHAR2(5 CHAR).");
        (await server.QueryAsync("SELECT PAYLOAD FROM HISTORY_REJECTS")).Should().OnlyHaveUniqueItems().And.Contain("{\"ID\":99000,\"TEXT\":\"much too long\"}");
        (await server.Store().Rejects("history").ReplayAsync(table, i => i with { Text = "short" }, Stop)).Should().Be(new ReplayResult(100, 0));
        (await server.CountAsync("ITEMS")).Should().Be(100_000);
    }

    [Fact]
    public async Task Too_many_bad_rows_end_the_load()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);
        var rows = Enumerable.Range(0, 3_000).Select(i => new Item(i, i < 1_500 ? "good" : "much too long"));

        await FluentActions.Awaiting(() => server.Store(o => o.MaxRefusedRows = 1_000).BackfillAsync(table, rows.ToAsyncEnumerable(), rejects: "history", Stop))
            .Should().ThrowAsync<OracleStoreException>().WithMessage("1500 of 3000 rows were refused*MaxRefusedRows*ITEMS: 1500, for instance The value is too long*");

        (await server.CountAsync("ITEMS")).Should().Be(0);
        (await server.CountAsync("HISTORY_REJECTS")).Should().Be(0);
    }

    [Fact]
    public async Task A_table_that_an_open_epoch_writes_is_not_loaded()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        var (reached, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Embedded.Faults.Hook = c =>
        {
            if (c.Point != Embedded.FaultPoint.BeforeCommit) return null;
            reached.TrySetResult();
            return Embedded.Fault.Hold(held.Task);
        };
        await writer.SendAsync(new Epochs(new LogPartition("t", 0)).Next([Epochs.Batch(table, [new(1, "a")])]), Stop);
        await reached.Task.WaitAsync(Stop);

        var refused = (await FluentActions.Awaiting(() => server.Store().BackfillAsync(table, new[] { new Item(2, "b") }.ToAsyncEnumerable(), stop: Stop)).Should().ThrowAsync<OracleStoreException>()).Which;

        refused.Message.Should().Contain("an epoch is open");
        refused.Number.Should().Be(54);
        held.SetResult();
        await writer.CompleteAsync();
        (await server.CountAsync("ITEMS")).Should().Be(1);
    }

    private static async Task<OracleTable<Item>> TableAsync(Server server)
    {
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        return table;
    }

    private sealed record Wide(
        [property: Key] int Id, decimal? Money, double? Ratio, float? Part, string? Text, byte[]? Bytes, Guid? Ref, DateTime? At, DateOnly? Day, bool? Flag, long? Large, DayOfWeek? Kind, [property: MaxLength] string? Story);
}
