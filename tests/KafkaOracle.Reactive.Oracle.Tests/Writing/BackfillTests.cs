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

        (await server.Store().BackfillAsync(loaded, rows.ToAsyncEnumerable(), Stop)).Should().Be(2);

        (await server.QueryAsync("SELECT * FROM LOADED ORDER BY ID")).Should().Equal(await server.QueryAsync("SELECT * FROM WRITTEN ORDER BY ID"));
    }

    [Fact]
    public async Task A_hundred_thousand_rows_are_loaded_in_chunks()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);

        (await server.Store(o => o.ArrayRows = 30_000).BackfillAsync(table, Item.Range(0, 100_000).ToAsyncEnumerable(), Stop)).Should().Be(100_000);

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM ITEMS")).Should().Equal("100000|100000");
    }

    [Fact]
    public async Task All_or_nothing_is_loaded()
    {
        await using var server = Server.Start();
        var table = await TableAsync(server);
        var unfit = table.Nulls(r => r.Text, ValueRule.Reject);

        await FluentActions.Awaiting(() => server.Store(o => o.ArrayRows = 2).BackfillAsync(table, new[] { new Item(1, "a"), new(2, "b"), new(3, "too long") }.ToAsyncEnumerable(), Stop)).Should().ThrowAsync<OracleStoreException>().WithMessage("*ITEMS was not loaded: row 2 is too long for TEXT*Nothing of it is there.");
        await FluentActions.Awaiting(() => server.Store().BackfillAsync(unfit, new[] { new Item(1, "a"), new(2, null) }.ToAsyncEnumerable(), Stop)).Should().ThrowAsync<OracleStoreException>().WithMessage("*rows 0 to 1*TEXT is null*{\"ID\":2,\"TEXT\":null}*");

        (await server.CountAsync("ITEMS")).Should().Be(0);
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

        var refused = (await FluentActions.Awaiting(() => server.Store().BackfillAsync(table, new[] { new Item(2, "b") }.ToAsyncEnumerable(), Stop)).Should().ThrowAsync<OracleStoreException>()).Which;

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
