using System.Globalization;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Time.Testing;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>Servers that are slow, and servers that do not answer any more.</summary>
public sealed class SilenceTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private readonly FakeTimeProvider _time = new(Epochs.Noon);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_that_takes_too_long_is_cancelled_and_its_connection_is_clean()
    {
        await using var server = Server.Start();
        var (first, second) = (OracleTable.For<Item>("FIRST"), OracleTable.For<Item>("SECOND"));
        await using var writer = await server.Store(o => o.CommandTimeout = TimeSpan.FromSeconds(1)).OpenAsync("p", [first, second], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Hold(_gate.Task), c => c.Table == "SECOND");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(first, Item.Range(0, 5)), Epochs.Batch(second, Item.Range(0, 5))]), Stop);
        await Soon.Within(writer.CompleteAsync());

        (await server.QueryAsync("SELECT (SELECT COUNT(*) FROM FIRST), (SELECT COUNT(*) FROM SECOND) FROM DUAL")).Should().Equal("5|5");
        server.Embedded.WaitingCount.Should().Be(0);
        await server.RunAsync("DELETE FROM FIRST");                // no lock was left behind
    }

    [Fact]
    public async Task A_server_that_does_not_even_answer_to_a_cancel_loses_its_connection()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Delay(TimeSpan.FromHours(1), deaf: true), Reached(_ => true));

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await Soon.Within(_reached.Task);
        await PassUntilAsync(() => writer.Trouble is not null);
        writer.Trouble!.Error.Should().Contain("has not answered to a statement within 00:01:15");
        await _time.EndAsync(writer);

        (await server.CountAsync("ITEMS")).Should().Be(5);
    }

    [Fact]
    public async Task A_slow_commit_is_waited_for()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeCommit, Fault.Hold(_gate.Task), Reached(_ => true));

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await Soon.Within(_reached.Task);
        _time.Advance(TimeSpan.FromMinutes(9));
        writer.Trouble.Should().BeNull();
        _gate.SetResult();
        await Soon.Within(writer.CompleteAsync());

        (await server.CountAsync("ITEMS")).Should().Be(5);
    }

    [Fact]
    public async Task A_commit_without_an_answer_is_looked_up_in_the_ledger_after_a_while()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeCommit, Fault.Hold(_gate.Task), Reached(_ => true));

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await Soon.Within(_reached.Task);
        await PassUntilAsync(() => writer.Trouble is not null);
        writer.Trouble!.Error.Should().Contain("has not answered to COMMIT within 00:10:00");
        _gate.SetResult();
        await _time.EndAsync(writer);

        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM ITEMS")).Should().Equal("5|5");
    }

    [Fact]
    public async Task Connections_probe_a_peer_that_says_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the kernel's list of connections is Linux's");
        await using var server = Server.Start();
        await using var writer = await server.Store(connectionString: server.ConnectionString + ";Pooling=false").OpenAsync("p", [], Stop);
        await using var plain = new OracleConnection(server.ConnectionString + ";Pooling=false");
        await plain.OpenAsync(Stop);

        // local address, remote address, state, queues, timer: 02 is that of keep-alive probes
        var remote = $":{server.Embedded.Port.ToString("X4", CultureInfo.InvariantCulture)}";
        var timers = File.ReadLines("/proc/net/tcp").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f[2].EndsWith(remote, StringComparison.Ordinal) && f[3] == "01").Select(f => f[5][..2]);

        timers.Should().BeEquivalentTo("02", "00");
    }

    private Func<FaultContext, bool> Reached(Func<FaultContext, bool> when) => context =>
    {
        if (when(context)) _reached.TrySetResult();
        return when(context);
    };

    private Task PassUntilAsync(Func<bool> condition) => Soon.Until(() =>
    {
        if (condition()) return true;
        _time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });
}
