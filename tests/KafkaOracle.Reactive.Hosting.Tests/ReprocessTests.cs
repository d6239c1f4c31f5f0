using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reactive.Linq;
using System.Text;
using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>Past eras reprocessed between the servers, with connections that are lost and processes that die in the middle of an era's transaction.</summary>
public sealed class ReprocessTests : IAsyncDisposable
{
    private const int Hours = 6, Orders = 2400;

    private static readonly DateTimeOffset Midnight = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Decoder<Order> Decoder = (in RawMessage message) =>
    {
        var parts = Encoding.UTF8.GetString(message.Value).Split(';');
        return new(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], DateTimeOffset.Parse(parts[2], CultureInfo.InvariantCulture));
    };

    private static readonly OracleTable<OrderRow> OrderTable = OracleTable.For<OrderRow>("ORDERS").EraColumn(), LaneTable = OracleTable.For<OrderRow>("ORDERS").EraColumn(lane: "LANE");
    private static readonly OracleTable<TotalRow> TotalTable = OracleTable.For<TotalRow>("TOTALS").Upsert().EraColumn();

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly EmbeddedOracle _oracle = EmbeddedOracle.Start();
    private readonly List<Order> _orders = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _kafka.Dispose();
        await _oracle.DisposeAsync();
    }

    private sealed record Order(long Number, string Country, DateTimeOffset At);

    private sealed record OrderRow(long Number, string Country);

    private sealed record TotalRow([property: Key, MaxLength(2)] string Country, [property: Key] DateTimeOffset Quarter, long Orders, long Sum);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Past_eras_get_the_rows_of_the_changed_query(int degree)
    {
        await LiveAsync();

        var result = await Query(factor: 2).ReprocessAsync(Source, Store(), Midnight, Midnight.AddHours(4), new() { Degree = degree }, stop: Stop);

        await ShouldHoldAsync(doubled: 4);
        result.Eras.Should().HaveCount(4).And.OnlyContain(e => e.Rows.Deleted == e.Rows.Written && e.Rows.Written > 400);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeExecute)]
    [InlineData(FaultPoint.AfterExecute)]
    [InlineData(FaultPoint.BeforeCommit)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task A_connection_lost_in_the_middle_of_an_eras_transaction_doubles_no_row_and_loses_none(FaultPoint point)
    {
        await LiveAsync();
        var struck = 0;
        _oracle.Faults.Hook = c =>
        {
            if (c.Point != point || (point is FaultPoint.BeforeExecute or FaultPoint.AfterExecute && !(c.Sql ?? "").StartsWith("INSERT INTO \"ORDERS\"", StringComparison.Ordinal))) return null;
            return Interlocked.Increment(ref struck) == 5 ? Fault.Drop() : null;
        };

        var result = await Query(factor: 2).ReprocessAsync(Source, Store(), Midnight, Midnight.AddHours(5), new() { Degree = 2 }, stop: Stop);

        struck.Should().BeGreaterThanOrEqualTo(5);
        result.Eras.Should().OnlyContain(e => e.Outcome == EraOutcome.Replaced);
        await ShouldHoldAsync(doubled: 5);
    }

    [Fact]
    public async Task What_is_stopped_in_the_middle_of_an_era_leaves_whole_eras_and_can_go_on()
    {
        await LiveAsync();
        using var stop = new CancellationTokenSource();
        var inserts = 0;
        _oracle.Faults.Hook = c =>
        {
            if (c.Point == FaultPoint.BeforeExecute && (c.Sql ?? "").StartsWith("INSERT INTO \"ORDERS\"", StringComparison.Ordinal) && Interlocked.Increment(ref inserts) == 30) stop.Cancel();
            return null;
        };

        await FluentActions.Awaiting(() => Query(factor: 2).ReprocessAsync(Source, Store(), Midnight, Midnight.AddHours(5), new() { Degree = 2 }, stop: stop.Token)).Should().ThrowAsync<OperationCanceledException>();
        (await QueryAsync("SELECT COUNT(*) FROM ORDERS")).Should().Equal($"{Orders}");
        var done = int.Parse((await QueryAsync("SELECT COUNT(*) FROM KAFKAORACLE_ERAS WHERE RUN_ID IS NOT NULL")).Single(), CultureInfo.InvariantCulture);

        var rest = await Query(factor: 2).ReprocessAsync(Source, Store(), Midnight, Midnight.AddHours(5), new() { Degree = 3, SkipReplaced = true }, stop: Stop);

        rest.Eras.Count(e => e.Outcome == EraOutcome.Skipped).Should().Be(done);
        await ShouldHoldAsync(doubled: 5);
    }

    [Fact]
    public async Task Two_processes_that_reprocess_the_same_eras_double_no_row()
    {
        await LiveAsync();

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Query(factor: 2).ReprocessAsync(Source, Store(), Midnight, Midnight.AddHours(5), new() { Degree = 2 }, stop: Stop)));

        await ShouldHoldAsync(doubled: 5);
    }

    [Fact]
    public async Task Shadow_tables_are_created_with_an_era_column_and_the_live_ones_stay()
    {
        await LiveAsync();

        await Query(factor: 2).ReprocessAsync(Source, Store(), Midnight, Midnight.AddHours(5), new() { Tables = t => t + "_V2" }, stop: Stop);

        await ShouldHoldAsync(doubled: 0);
        (await QueryAsync("SELECT COUNT(*), COUNT(DISTINCT ERA_START) FROM ORDERS_V2")).Should().Equal($"{_orders.Count(o => o.At < Midnight.AddHours(5))}|5");
        (await QueryAsync("SELECT SUM(SUM) FROM TOTALS_V2")).Should().Equal($"{_orders.Where(o => o.At < Midnight.AddHours(5)).Sum(o => 2 * o.Number)}");
    }

    [Fact]
    public async Task An_era_that_is_under_way_is_run_again_by_a_changed_version()
    {
        await LiveAsync(until: Midnight.AddHours(3.4));
        Send(from: Midnight.AddHours(3.4), to: Midnight.AddHours(Hours));

        await Query(factor: 2).With(o => (o.Version, o.OnChange, o.Until) = ("2", VersionChange.RerunEra, RunUntil.EndOfLogClosed)).Start(Source, Store(), stop: Stop).Completion;

        await ShouldHoldAsync(doubled: Hours, from: 3);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(FaultPoint.AfterExecute)]
    [InlineData(FaultPoint.BeforeCommit)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Lanes_per_partition_run_their_eras_again_and_past_ones_get_their_lanes_too(FaultPoint? lost)
    {
        _kafka.CreateTopic("orders", 3);
        Send(Midnight, Midnight.AddHours(3.4));
        await Divided(factor: 1).Start(GroupSource, Store(), stop: Stop).Completion;
        Send(from: Midnight.AddHours(3.4), to: Midnight.AddHours(Hours));

        var struck = 0;
        _oracle.Faults.Hook = c => c.Point == lost && (lost != FaultPoint.AfterExecute || (c.Sql ?? "").StartsWith("DELETE FROM \"ORDERS\"", StringComparison.Ordinal)) && Interlocked.Increment(ref struck) is 1 or 3 ? Fault.Drop() : null;
        var changed = Divided(factor: 2).With(o => (o.Version, o.OnChange, o.Until) = ("2", VersionChange.RerunEra, RunUntil.EndOfLogClosed));
        await changed.Start(GroupSource, Store(), stop: Stop).Completion;
        await ShouldBeOfLanesAsync(from: 3);
        struck.Should().BeGreaterThanOrEqualTo(lost is null ? 0 : 3);

        await changed.ReprocessAsync(Source, Store(), Midnight.AddHours(1), Midnight.AddHours(4), new() { Degree = 2 }, stop: Stop);
        await ShouldBeOfLanesAsync(from: 1);
    }

    [Fact]
    public async Task An_era_that_is_under_way_is_ended_by_the_former_version()
    {
        await LiveAsync(until: Midnight.AddHours(3.4));
        Send(from: Midnight.AddHours(3.4), to: Midnight.AddHours(Hours));

        await Query(factor: 2).With(o => (o.Version, o.Until) = ("2", RunUntil.EndOfLogClosed)).Replacing(Query(factor: 1)).Start(Source, Store(), stop: Stop).Completion;

        await ShouldHoldAsync(doubled: Hours, from: 4);
    }

    private KafkaSource Source => new(new() { BootstrapServers = _kafka.BootstrapServers });

    // Where all members have left, the embedded group waits for the session's timeout, less a second, for them to come again.
    private KafkaSource GroupSource => new(new() { BootstrapServers = _kafka.BootstrapServers, Config = { SessionTimeoutMs = 3000, HeartbeatIntervalMs = 200 } });

    private OracleStore Store() => new(new OracleStoreOptions { ConnectionString = _oracle.ConnectionString + ";Pooling=false", ArrayRows = 50 });

    private static Pipeline Query(int factor) => Pipeline.Define("orders", lane =>
    {
        var orders = lane.Topic("orders", Decoder).InEventTime(o => o.At, TimeSpan.FromMinutes(5));
        lane.Into(OrderTable, orders.Select(o => new OrderRow(o.Value.Number * factor, o.Value.Country)));
        lane.Into(TotalTable, orders.TumblingWindow(o => o.Value.Country, TimeSpan.FromMinutes(15), (Count: 0L, Sum: 0L), (t, o) => (t.Count + 1, t.Sum + (factor * o.Value.Number)), lane.Clock)
            .Select(w => new TotalRow(w.Key, w.Start, w.Value.Count, w.Value.Sum)));
    }, new() { EpochRows = 100, LeadIn = TimeSpan.FromMinutes(15) });

    private static Pipeline Divided(int factor) => Pipeline.Define("orders", lane => lane.Into(LaneTable,
        lane.Topic("orders", Decoder).InEventTime(o => o.At, TimeSpan.FromMinutes(5)).Select(o => new OrderRow(o.Value.Number * factor, o.Value.Country))),
        new() { EpochRows = 100, LeadIn = TimeSpan.FromMinutes(15), Lanes = Lanes.PerPartition, Until = RunUntil.EndOfLog });

    private async Task ShouldBeOfLanesAsync(int from)
        => (await QueryAsync("SELECT \"NUMBER\", TO_CHAR(ERA_START, 'HH24'), LANE FROM ORDERS ORDER BY ERA_START, \"NUMBER\""))
            .Should().Equal(_orders.Select(o => $"{(o.At.Hour >= from ? 2 : 1) * o.Number}|{o.At:HH}|{o.Number % 3}"));

    private async Task LiveAsync(DateTimeOffset? until = null)
    {
        _kafka.CreateTopic("orders", 3);
        Send(Midnight, until ?? Midnight.AddHours(Hours));
        await Query(factor: 1).With(o => o.Until = until is null ? RunUntil.EndOfLogClosed : RunUntil.EndOfLog).Start(Source, Store(), stop: Stop).Completion;
        if (until is null) await ShouldHoldAsync(doubled: 0);
    }

    private void Send(DateTimeOffset from, DateTimeOffset to)
    {
        var step = TimeSpan.FromHours(Hours) / Orders;
        for (var at = Midnight + (_orders.Count * step); at < to; at += step) _orders.Add(new(_orders.Count, (_orders.Count % 7) switch { 0 => "DE", 1 or 2 => "FR", _ => "IT" }, at));
        _kafka.Produce("orders", _orders.Where(o => o.At >= from).Select(o => EmbeddedMessage.Text(null, $"{o.Number};{o.Country};{o.At:O}", o.At, (int)(o.Number % 3))));
    }

    /// <summary>The rows of plain code: those of some hours by the query that doubles.</summary>
    private async Task ShouldHoldAsync(int doubled, int from = 0)
    {
        long Factor(DateTimeOffset at) => (at - Midnight).TotalHours is var hour && hour >= from && hour < doubled ? 2 : 1;
        (await QueryAsync("SELECT ID_NUMBER, COUNTRY, TO_CHAR(ERA_START, 'HH24') FROM (SELECT \"NUMBER\" AS ID_NUMBER, COUNTRY, ERA_START FROM ORDERS) ORDER BY ERA_START, ID_NUMBER"))
            .Should().Equal(_orders.GroupBy(o => o.At.Hour).SelectMany(h => h.OrderBy(o => o.Number)).Select(o => $"{o.Number * Factor(o.At)}|{o.Country}|{o.At:HH}"));
        (await QueryAsync("SELECT COUNTRY, TO_CHAR(QUARTER, 'HH24:MI'), ORDERS, SUM, TO_CHAR(ERA_START, 'HH24') FROM TOTALS ORDER BY QUARTER, COUNTRY"))
            .Should().Equal(_orders.GroupBy(o => (Quarter: o.At.AddTicks(-(o.At - Midnight).Ticks % TimeSpan.FromMinutes(15).Ticks), o.Country)).OrderBy(g => g.Key.Quarter).ThenBy(g => g.Key.Country, StringComparer.Ordinal)
                .Select(g => $"{g.Key.Country}|{g.Key.Quarter:HH:mm}|{g.Count()}|{g.Sum(o => o.Number * Factor(o.At))}|{g.Key.Quarter:HH}"));
        (await QueryAsync("SELECT COUNT(*) FROM ORDERS_REJECTS")).Should().Equal("0");
    }

    private async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = new OracleConnection(_oracle.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(Stop)) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
