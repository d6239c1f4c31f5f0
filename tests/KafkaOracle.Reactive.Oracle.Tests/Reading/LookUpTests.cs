using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Oracle.Tests.Reading;

public sealed class LookUpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_asked_for_once_however_many_need_it_and_so_is_one_without_a_row()
    {
        await using var server = await CustomersAsync();
        var queries = CountQueries(server);
        var customers = server.Store().LookUp<int, Customer>(id => $"SELECT * FROM CUSTOMERS WHERE ID = {id}");

        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => customers.FindAsync(i % 5, Stop)));

        found.Take(5).Should().Equal(null, new Customer(1, "one"), new Customer(2, "two"), null, null);
        queries().Should().Be(5);
    }

    [Fact]
    public async Task No_more_keys_are_remembered_than_there_is_room_for()
    {
        await using var server = await CustomersAsync();
        var queries = CountQueries(server);
        var customers = server.Store().LookUp<int, Customer>(id => $"SELECT * FROM CUSTOMERS WHERE ID = {id}", capacity: 3);

        for (var round = 0; round < 2; round++)
            for (var id = 0; id < 30; id++) await customers.FindAsync(id, Stop);

        queries().Should().BeGreaterThan(50);
    }

    [Fact]
    public async Task A_fault_is_not_remembered()
    {
        await using var server = await CustomersAsync();
        var customers = server.Store().LookUp<int, Customer>(id => $"SELECT * FROM CUSTOMERS WHERE ID = {id}");
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(1013), c => c.Sql?.Contains("CUSTOMERS", StringComparison.Ordinal) == true);

        await customers.Awaiting(c => c.FindAsync(1, Stop)).Should().ThrowAsync<Exception>();
        (await customers.FindAsync(1, Stop)).Should().Be(new Customer(1, "one"));
    }

    [Fact]
    public async Task A_whole_table_is_read_once_and_again_when_it_is_old()
    {
        await using var server = await CustomersAsync();
        var queries = CountQueries(server);
        var time = new FakeTimeProvider();
        var customers = server.Store(o => o.TimeProvider = time).LookUp<int, Customer>($"SELECT * FROM CUSTOMERS", c => c.Id, TimeSpan.FromMinutes(10));

        (await Task.WhenAll(Enumerable.Range(0, 20).Select(i => customers.FindAsync(i % 3, Stop)))).Take(3).Should().Equal(null, new Customer(1, "one"), new Customer(2, "two"));
        queries().Should().Be(1);
        await server.RunAsync("UPDATE CUSTOMERS SET NAME = 'uno' WHERE ID = 1");
        time.Advance(TimeSpan.FromMinutes(9));
        (await customers.FindAsync(1, Stop))!.Name.Should().Be("one");
        time.Advance(TimeSpan.FromMinutes(1));
        (await customers.FindAsync(1, Stop))!.Name.Should().Be("uno");
    }

    [Fact]
    public async Task Rows_that_cannot_be_read_anew_stay()
    {
        await using var server = await CustomersAsync();
        var time = new FakeTimeProvider();
        var customers = server.Store(o => o.TimeProvider = time).LookUp<int, Customer>($"SELECT * FROM CUSTOMERS", c => c.Id, TimeSpan.FromMinutes(10));
        await customers.FindAsync(1, Stop);
        await server.RunAsync("DROP TABLE CUSTOMERS");
        time.Advance(TimeSpan.FromMinutes(10));

        (await customers.FindAsync(1, Stop)).Should().Be(new Customer(1, "one"));

        var others = server.Store().LookUp<int, Customer>($"SELECT * FROM CUSTOMERS", c => c.Id);
        await others.Awaiting(o => o.FindAsync(1, Stop)).Should().ThrowAsync<OracleStoreException>();
    }

    private static async Task<Server> CustomersAsync()
    {
        var server = Server.Start();
        await server.RunAsync("CREATE TABLE CUSTOMERS (ID NUMBER(10) PRIMARY KEY, NAME VARCHAR2(20))");
        await server.RunAsync("INSERT INTO CUSTOMERS VALUES (1, 'one')");
        await server.RunAsync("INSERT INTO CUSTOMERS VALUES (2, 'two')");
        return server;
    }

    private static Func<int> CountQueries(Server server)
    {
        var count = 0;
        server.Embedded.Faults.Hook = c =>
        {
            if (c.Point == FaultPoint.BeforeExecute && c.Sql?.StartsWith("SELECT * FROM CUSTOMERS", StringComparison.Ordinal) == true) Interlocked.Increment(ref count);
            return null;
        };
        return () => Volatile.Read(ref count);
    }

    private sealed record Customer(int Id, string Name);
}
