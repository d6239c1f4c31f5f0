using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>A database that lacks something for long: the writer waits, shows it, and goes on by itself. The clock is the test's.</summary>
public sealed class OutageTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private readonly FakeTimeProvider _time = new(Epochs.Noon);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1653)]
    [InlineData(1536)]
    [InlineData(257)]
    public async Task A_lack_of_space_holds_the_writer_up_for_hours_and_it_goes_on_by_itself(int code)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(code), c => c.Table == "ITEMS");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(writer, TimeSpan.FromHours(3));

        var trouble = writer.Trouble!;
        (trouble.Kind, trouble.Since).Should().Be((TroubleKind.Store, Epochs.Noon));
        trouble.Error.Should().Contain($"ORA-{code:00000}");
        (trouble.NextAttempt - _time.GetUtcNow()).Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(30));
        writer.Completion.IsCompleted.Should().BeFalse();

        server.Embedded.Faults.Clear();
        await _time.EndAsync(writer);
        writer.Trouble.Should().BeNull();
        (await server.CountAsync("ITEMS")).Should().Be(5);
    }

    [Theory]
    [InlineData(12541)]
    [InlineData(12516)]
    [InlineData(1034)]
    public async Task A_database_that_is_away_is_waited_for(int code)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time, server.ConnectionString + ";Pooling=false").OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(code == 1034 ? FaultPoint.Login : FaultPoint.Connect, Fault.Error(code));
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Drop());

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(writer, TimeSpan.FromHours(1));
        writer.Trouble!.Error.Should().Contain("Cannot connect to Oracle");

        server.Embedded.Faults.Clear();
        await _time.EndAsync(writer);
        (await server.CountAsync("ITEMS")).Should().Be(5);
    }

    [Fact]
    public async Task The_answer_of_a_commit_that_an_outage_swallowed_is_found_when_the_outage_is_over()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time, server.ConnectionString + ";Pooling=false").OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(FaultPoint.Connect, Fault.Error(12541));
        server.Embedded.Faults.Next(FaultPoint.AfterCommit, Fault.Drop(reset: true));

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(writer, TimeSpan.FromHours(1));

        server.Embedded.Faults.Clear();
        await _time.EndAsync(writer);
        (await server.QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ID) FROM ITEMS")).Should().Equal("5|5");
    }

    [Fact]
    public async Task A_limit_ends_the_waiting()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => (o.TimeProvider, o.ResourceTimeout) = (_time, TimeSpan.FromMinutes(5))).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(1653), c => c.Table == "ITEMS");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(writer, TimeSpan.FromMinutes(6));

        var stopped = (await writer.Awaiting(w => Soon.Within(w.Completion)).Should().ThrowAsync<OracleStoreException>()).Which;
        (stopped.Number, stopped.Kind, stopped.IsTransient).Should().Be((1653, OracleErrorKind.Resource, true));
        stopped.Message.Should().Contain("Let the DBA add space").And.Contain("Nothing of it was written");
    }

    [Fact]
    public async Task Errors_that_pass_by_themselves_are_tried_again_for_the_time_that_is_given()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.TimeProvider = _time).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(60), c => c.Table == "ITEMS");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(writer, TimeSpan.FromSeconds(50));
        writer.Completion.IsCompleted.Should().BeFalse();
        await _time.PassAsync(writer, TimeSpan.FromSeconds(15));

        (await writer.Awaiting(w => Soon.Within(w.Completion)).Should().ThrowAsync<OracleStoreException>()).Which.Number.Should().Be(60);
    }

    [Fact]
    public async Task Lanes_of_one_pipeline_knock_once_for_all_of_them()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        var store = server.Store(o => o.TimeProvider = _time);
        await using var first = await store.OpenAsync("p", [table], Stop);
        await using var second = await store.OpenAsync("p", [table], Stop);
        var knocks = 0;
        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(20), c => c.Table == "ITEMS" && Interlocked.Increment(ref knocks) > 0);

        await first.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(first, TimeSpan.FromMinutes(10));
        var before = knocks;
        await second.SendAsync(new Epochs(new LogPartition("sales", 1)).Next([Epochs.Batch(table, Item.Range(10, 5))]), Stop);
        await Soon.Until(() => second.Trouble is not null);

        knocks.Should().Be(before, "the circuit is open");
        server.Embedded.Faults.Clear();
        await Task.WhenAll(_time.EndAsync(first), _time.EndAsync(second));
        (await server.CountAsync("ITEMS")).Should().Be(10);
    }

    [Fact]
    public async Task A_writer_that_waits_ends_at_once_when_it_is_disposed()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        var writer = await server.Store(o => o.TimeProvider = _time).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(1653), c => c.Table == "ITEMS");
        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await _time.PassAsync(writer, TimeSpan.FromHours(1));

        await Soon.Within(writer.DisposeAsync().AsTask());
        server.Embedded.Faults.Clear();

        (await server.CountAsync("ITEMS")).Should().Be(0);
    }
}
