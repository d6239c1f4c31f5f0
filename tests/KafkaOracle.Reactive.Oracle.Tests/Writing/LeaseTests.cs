using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>Which process runs a pipeline, by the database's clock.</summary>
public sealed class LeaseTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_process_has_the_lease_until_it_gives_it_back_or_does_not_renew_it()
    {
        var clock = new FakeTimeProvider(Epochs.Noon);
        await using var server = Server.Start(o => o.Clock = clock);
        var (one, two) = (server.Store(), server.Store());

        var first = (await one.TryLeaseAsync("p", "one:1", Duration, Stop)).Lease!;
        (await two.TryLeaseAsync("p", "two:2", Duration, Stop)).Should().Be(new LeaseAttempt(null, "one:1"));
        (await two.TryLeaseAsync("q", "two:2", Duration, Stop)).Lease.Should().NotBeNull("it is another pipeline's");
        clock.Advance(Duration / 2);
        (await first.RenewAsync(Stop)).Should().BeTrue();
        clock.Advance(Duration / 1.5);
        (await two.TryLeaseAsync("p", "two:2", Duration, Stop)).Lease.Should().BeNull("it was renewed");
        await first.DisposeAsync();
        var second = (await two.TryLeaseAsync("p", "two:2", Duration, Stop)).Lease!;
        clock.Advance(Duration);
        (await one.TryLeaseAsync("p", "one:1", Duration, Stop)).Lease.Should().NotBeNull("its time is over");

        (await second.RenewAsync(Stop)).Should().BeFalse();
        await second.DisposeAsync();
        (await server.QueryAsync("SELECT PIPELINE, HOLDER FROM KAFKAORACLE_LEASES ORDER BY PIPELINE")).Should().Equal("p|one:1", "q|two:2");
    }

    [Fact]
    public async Task An_epoch_of_a_lease_that_another_has_taken_is_rolled_back()
    {
        var clock = new FakeTimeProvider(Epochs.Noon);
        await using var server = Server.Start(o => o.Clock = clock);
        var table = OracleTable.For<Item>("ITEMS");
        var zombie = (await server.Store().TryLeaseAsync("p", "zombie", Duration, Stop)).Lease!;
        await using var former = await zombie.Store.OpenAsync("p", [table], Stop);
        var epochs = new Epochs(new LogPartition("sales", 0));
        await former.SendAsync(epochs.Next([Epochs.Batch(table, Item.Range(0, 10))]), Stop);
        while (await server.CountAsync("ITEMS") == 0) await Task.Yield();
        clock.Advance(Duration);
        await using var lease = (await server.Store().TryLeaseAsync("p", "new", Duration, Stop)).Lease!;

        // The new owner has committed nothing yet, so that the ledger alone would take the epoch.
        await former.SendAsync(epochs.Next([Epochs.Batch(table, Item.Range(10, 10))]), Stop);

        (await FluentActions.Awaiting(former.CompleteAsync).Should().ThrowAsync<FencedException>()).WithMessage("*lost its lease*");
        (await server.CountAsync("ITEMS")).Should().Be(10);
        await using var writer = await lease.Store.OpenAsync("p", [table], Stop);
        await writer.SendAsync(Epochs.After(writer.Ledger, new LogPartition("sales", 0)).Next([Epochs.Batch(table, Item.Range(20, 5))]), Stop);
        await writer.CompleteAsync();
        (await server.CountAsync("ITEMS")).Should().Be(15);
    }

    [Fact]
    public async Task Where_tables_may_not_be_created_the_statement_for_that_of_leases_is_named()
    {
        await using var server = Server.Start();

        (await FluentActions.Awaiting(() => server.Store(o => o.CreateTables = false).TryLeaseAsync("p", "one", Duration, Stop)).Should().ThrowAsync<OracleStoreException>())
            .WithMessage("*CREATE TABLE \"KAFKAORACLE_LEASES\"*");
    }
}
