using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Writing;

/// <summary>Errors that another attempt would meet again, and those that a user sorts otherwise.</summary>
public sealed class StoppingErrorTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(942, OracleErrorKind.Contract, "Create it")]
    [InlineData(1031, OracleErrorKind.Contract, "docs/security.md")]
    [InlineData(904, OracleErrorKind.Contract, "Alter the table")]
    [InlineData(28001, OracleErrorKind.Contract, "Set a new password")]
    [InlineData(600, OracleErrorKind.Unknown, "ErrorKinds")]
    [InlineData(20001, OracleErrorKind.Unknown, "ErrorKinds")]
    public async Task What_does_not_pass_stops_the_writer_at_once_and_says_what_to_do(int code, OracleErrorKind kind, string advice)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store().OpenAsync("p", [table], Stop);
        var attempts = 0;
        server.Embedded.Faults.Always(FaultPoint.BeforeExecute, Fault.Error(code), c => c.Table == "ITEMS" && Interlocked.Increment(ref attempts) > 0);

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);

        var stopped = (await writer.Awaiting(w => Soon.Within(w.CompleteAsync())).Should().ThrowAsync<OracleStoreException>()).Which;
        (stopped.Number, stopped.Kind, stopped.IsTransient).Should().Be((code, kind, false));
        stopped.Message.Should().Contain(advice).And.Contain("Nothing of it was written");
        attempts.Should().Be(1);
        server.Embedded.Faults.Clear();
        (await server.CountAsync("ITEMS")).Should().Be(0);
    }

    [Theory]
    [InlineData(1017)]
    [InlineData(28000)]
    public async Task A_reconnect_that_is_refused_for_the_user_stops_the_writer(int code)
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(connectionString: server.ConnectionString + ";Pooling=false").OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Always(FaultPoint.Login, Fault.Error(code));
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Drop());

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);

        var stopped = (await writer.Awaiting(w => Soon.Within(w.CompleteAsync())).Should().ThrowAsync<OracleStoreException>()).Which;
        (stopped.Number, stopped.Kind).Should().Be((code, OracleErrorKind.Contract));
    }

    [Fact]
    public async Task A_code_can_be_sorted_as_the_rows_fault()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.ErrorKinds[20001] = OracleErrorKind.Data).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(20001, "no sales on Sundays"), c => c.Table == "ITEMS");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, [new(1, "a")])]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync("SELECT ORA_CODE, PAYLOAD FROM P_REJECTS")).Should().Equal("20001|{\"ID\":1,\"TEXT\":\"a\"}");
    }

    [Fact]
    public async Task A_code_can_be_sorted_as_one_that_passes()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using var writer = await server.Store(o => o.ErrorKinds[20001] = OracleErrorKind.Transient).OpenAsync("p", [table], Stop);
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(20001), c => c.Table == "ITEMS");

        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, Item.Range(0, 5))]), Stop);
        await writer.CompleteAsync();

        (await server.CountAsync("ITEMS")).Should().Be(5);
    }
}
