using System.Numerics;
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Oracle.Tests.Reading;

public sealed class QueryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_come_back_as_they_were_written()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Everything>(server.Name("EVERYTHING")).Column(r => r.Zoned, OracleType.TimestampTz()).Column(r => r.Number, OracleType.Number(1)).Column(r => r.Name, OracleType.NVarchar(20));
        Everything[] rows =
        [
            new(1, true, 255, long.MinValue, 79228162514264337593543950335m, BigInteger.Pow(10, 37), OracleDecimal.Parse("0.12345678901234567890123456789012345678"), 1.5, -2.5f, 'ß', "漢字", DayOfWeek.Friday, DayOfWeek.Monday)
            {
                Story = new string('x', 50_000),
                Bytes = [1, 2, 255],
                Ref = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
                At = new DateTime(2026, 1, 2, 3, 4, 5).AddTicks(1234567),
                Utc = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                Zoned = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(5.5)),
                Day = new DateOnly(2026, 1, 2),
                Lasts = TimeSpan.FromDays(-400.5),
                Opens = new TimeOnly(8, 30),
            },
            new(2, null, null, null, null, null, null, null, null, null, null, null, null),
        ];
        await WriteAsync(server, table, rows);

        var read = await ReadAsync(server.Store().Query<Everything>(System.Runtime.CompilerServices.FormattableStringFactory.Create($"SELECT t.*, 1 AS EXTRA FROM \"{table.Name}\" t ORDER BY ID"), Stop));

        read.Should().BeEquivalentTo(rows, o => o.WithStrictOrdering().ComparingByMembers<Everything>());
    }

    [Fact]
    public async Task Values_are_bound_whatever_they_hold()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE T (ID NUMBER(10), NAME VARCHAR2(100 CHAR), AT TIMESTAMP(7), KIND VARCHAR2(20))");
        await WriteAsync(server, OracleTable.For<Named>("T"), new Named { Id = 1, Name = "O'Neill'; DROP TABLE T --" }, new Named { Id = 2, Name = "{0}" });
        var (name, id, none) = ("O'Neill'; DROP TABLE T --", 1, (string?)null);

        (await ReadAsync(server.Store().Query<int>($"SELECT ID FROM T WHERE NAME = {name} AND ID >= {id}", Stop))).Should().Equal(1);
        (await ReadAsync(server.Store().Query<string>($"SELECT NAME FROM T WHERE ID = {2} AND {none} IS NULL AND '{{x}}' = '{{x}}'", Stop))).Should().Equal("{0}");
        (await ReadAsync(server.Store().Query<long>($"SELECT COUNT(*) FROM T", Stop))).Should().Equal(2);
        (await ReadAsync(server.Store().Query<DateOnly?>($"SELECT CAST(NULL AS DATE) FROM DUAL", Stop))).Should().Equal((DateOnly?)null);
        (await ReadAsync(server.Store().Query<bool>($"SELECT CASE WHEN {new DateOnly(2026, 1, 2)} < {new DateTime(2026, 1, 3)} THEN 1 ELSE 0 END FROM DUAL", Stop))).Should().Equal(true);
    }

    [Fact]
    public async Task A_column_that_does_not_fit_is_named()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE T (ID NUMBER, NAME VARCHAR2(10))");
        await server.RunAsync("INSERT INTO T VALUES (12345678901234567890123456789012345678, 'x')");

        (await RefusedAsync<Named>(server, $"SELECT NAME FROM T")).Should().Contain("no ID, which Named needs");
        (await RefusedAsync<decimal>(server, $"SELECT ID FROM T")).Should().Contain("12345678901234567890123456789012345678 has more digits than a decimal holds");
        (await RefusedAsync<int>(server, $"SELECT ID FROM T")).Should().Contain("Column ID").And.Contain("does not fit a Int32");
        (await RefusedAsync<int>(server, $"SELECT NAME FROM T")).Should().Contain("Column NAME, a Varchar2").And.Contain("does not fit a Int32");
        (await RefusedAsync<DayOfWeek>(server, $"SELECT NAME FROM T")).Should().Contain("does not fit a DayOfWeek");
        (await RefusedAsync<int>(server, $"SELECT CAST(NULL AS NUMBER) FROM T")).Should().Contain("takes no null");
        (await RefusedAsync<int>(server, $"SELECT NOTHING FROM T")).Should().Contain("ORA-00904").And.Contain("SELECT NOTHING");
        (await ReadAsync(server.Store().Query<BigInteger>($"SELECT ID FROM T", Stop))).Should().Equal(BigInteger.Parse("12345678901234567890123456789012345678", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_query_streams_and_ends_with_its_reader()
    {
        await using var server = Server.Start();
        var fetches = 0;
        server.Embedded.Faults.Hook = c =>
        {
            if (c.Point == FaultPoint.Fetch) fetches++;
            return null;
        };
        var sum = 0L;

        await foreach (var n in server.Store().Query<int>($"SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= {1_000_000}", Stop))
        {
            sum += n;
            if (n == 1000) break;
        }

        sum.Should().Be(500_500);
        fetches.Should().BeLessThan(10, "the rest is never asked for");
    }

    [Fact]
    public async Task An_observer_gets_the_rows_and_may_leave()
    {
        await using var server = Server.Start();
        var numbers = server.Store().Observe<int>($"SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= {100_000}");

        (await numbers.Take(3).ToList().ToTask(Stop)).Should().Equal(1, 2, 3);
        (await numbers.Count().ToTask(Stop)).Should().Be(100_000);
        await FluentActions.Awaiting(() => server.Store().Observe<int>($"SELECT X FROM Y").ToTask(Stop)).Should().ThrowAsync<OracleStoreException>();
    }

    [Fact]
    public async Task Cancelling_ends_a_query_that_waits()
    {
        await using var server = Server.Start();
        var reached = new TaskCompletionSource();
        server.Embedded.Faults.Next(FaultPoint.BeforeExecute, Fault.Hold(new TaskCompletionSource().Task), c =>
        {
            if (c.Sql?.Contains("FROM DUAL", StringComparison.Ordinal) != true) return false;
            reached.TrySetResult();
            return true;
        });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var reading = ReadAsync(server.Store().Query<int>($"SELECT 1 FROM DUAL", cancel.Token));
        await reached.Task.WaitAsync(Stop);

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
    }

    private static async Task<string> RefusedAsync<T>(Server server, FormattableString sql)
        => (await FluentActions.Awaiting(() => ReadAsync(server.Store().Query<T>(sql, Stop))).Should().ThrowAsync<OracleStoreException>()).Which.Message;

    private static async Task<List<T>> ReadAsync<T>(IAsyncEnumerable<T> rows)
    {
        var list = new List<T>();
        await foreach (var row in rows) list.Add(row);
        return list;
    }

    private static async Task WriteAsync<T>(Server server, OracleTable<T> table, params T[] rows)
    {
        await using var writer = await server.Store().OpenAsync(server.Name("Q"), [table], Stop);
        await writer.SendAsync(new Epochs(new LogPartition("t", 0)).Next([Epochs.Batch(table, rows)]), Stop);
        await writer.CompleteAsync();
    }

    private sealed record Everything(
        int Id, bool? Flag, byte? Tiny, long? Large, decimal? Money, BigInteger? Huge, OracleDecimal? Exact, double? Ratio, float? Part, char? Letter, string? Name, DayOfWeek? Kind, DayOfWeek? Number)
    {
        [System.ComponentModel.DataAnnotations.MaxLength] public string? Story { get; init; }
        public byte[]? Bytes { get; init; }
        public Guid? Ref { get; init; }
        public DateTime? At { get; init; }
        public DateTimeOffset? Utc { get; init; }
        public DateTimeOffset? Zoned { get; init; }
        public DateOnly? Day { get; init; }
        public TimeSpan? Lasts { get; init; }
        public TimeOnly? Opens { get; init; }
    }

    private sealed class Named
    {
        public int Id { get; set; }
        [System.ComponentModel.DataAnnotations.MaxLength(100)] public string Name { get; set; } = "";
        [System.ComponentModel.DataAnnotations.Schema.NotMapped] public Uri? Other { get; set; }
    }
}
