using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using System.Numerics;
using System.Text.Json;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Oracle.Tests.Tables;

public sealed class TypeTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thirty_eight_digits_come_through(bool upsert)
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Numbers>(server.Name("NUMBERS"));
        var most = BigInteger.Pow(10, 38) - 1;

        await WriteAsync(server, upsert ? table.Upsert() : table, new Numbers(1, -(Int128)most, (UInt128)most, most, OracleDecimal.Parse("-1234567890123456789.0123456789012345678"), 1.5f), new Numbers(2, null, null, null, null, null));

        (await server.QueryAsync($"SELECT ID, TO_CHAR(SIGNED), TO_CHAR(UNSIGNED), TO_CHAR(ANY_SIZE), TO_CHAR(FRACTION), RATIO FROM {table.Name} ORDER BY ID"))
            .Should().Equal($"1|-{most}|{most}|{most}|-1234567890123456789.0123456789012345678|1.5", "2|-|-|-|-|-");
    }

    [Fact]
    public async Task A_number_of_more_digits_goes_to_the_rejects_with_the_whole_row()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Numbers>(server.Name("NUMBERS"));
        var pipeline = await WriteAsync(server, table, new Numbers(1, Int128.MaxValue, 1, BigInteger.Pow(10, 40), null, null), new Numbers(2, 2, null, null, null, null));

        (await server.QueryAsync($"SELECT ID, SIGNED FROM {table.Name}")).Should().Equal("2|2");
        (await server.QueryAsync($"SELECT KIND, ORA_CODE, TABLE_NAME, TOPIC_OFFSET, REASON, PAYLOAD FROM \"{pipeline}_REJECTS\"")).Should().Equal(
            $"Refused|-|{table.Name}|0|{Int128.MaxValue} has more than the 38 digits of a NUMBER.|{{\"ID\":1,\"SIGNED\":\"{Int128.MaxValue}\",\"UNSIGNED\":\"1\",\"ANY_SIZE\":\"1{new string('0', 40)}\",\"FRACTION\":null,\"RATIO\":null}}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Texts_and_spans_of_time_come_through(bool upsert)
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Texts>(server.Name("TEXTS"))
            .Column(r => r.National, OracleType.NVarchar(100)).Column(r => r.Bytes, OracleType.VarcharBytes(10)).Column(r => r.LargeNational, OracleType.NClob())
            .Column(r => r.Day, OracleType.Number(1)).Column(r => r.Ref, OracleType.Varchar(36)).Column(r => r.Second, OracleType.Timestamp(0));
        var row = new Texts
        {
            Id = 1,
            National = "漢字",
            Bytes = "zażółć",
            LargeNational = new string('ß', 40_000),
            Day = DayOfWeek.Saturday,
            Ref = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Document = JsonDocument.Parse($"{{\"deep\":[1,{{\"a\":\"{new string('x', 50_000)}\"}}]}}").RootElement,
            Lasts = -new TimeSpan(123, 4, 5, 6).Add(TimeSpan.FromTicks(1234567)),
            Opens = new TimeOnly(23, 59, 59).Add(TimeSpan.FromTicks(1)),
            Second = new DateTime(2026, 1, 1),
        };

        await WriteAsync(server, upsert ? table.Upsert() : table, row, new Texts { Id = 2 }, new Texts { Id = 3, Lasts = TimeSpan.MaxValue, Opens = TimeOnly.MinValue });

        (await server.QueryAsync($"SELECT ID, NATIONAL, BYTES, LENGTH(LARGE_NATIONAL), DAY, REF, LENGTH(DOCUMENT), JSON_VALUE(DOCUMENT, '$.deep[0]'), SECOND FROM {table.Name} ORDER BY ID")).Should().Equal(
            "1|漢字|zażółć|40000|6|00112233-4455-6677-8899-aabbccddeeff|50021|1|2026-01-01 00:00:00.0000000", "2|-|-|-|-|-|-|-|-", "3|-|-|-|-|-|-|-|-");
        (await server.QueryAsync($"SELECT LASTS, OPENS FROM {table.Name} ORDER BY ID")).Should().Equal($"{row.Lasts}|{row.Opens!.Value.ToTimeSpan()}", "-|-", $"{TimeSpan.MaxValue}|00:00:00");
    }

    [Fact]
    public async Task What_is_no_json_goes_to_the_rejects()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS").Column(r => r.Text, OracleType.Json());

        await WriteAsync(server, table, new Item(1, "{}"), new Item(2, "{"));

        (await server.QueryAsync("SELECT ID FROM ITEMS")).Should().Equal("1");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public async Task Missing_values_follow_the_columns_rules(bool upsert, int arrayRows)
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Rules>(server.Name("RULES"))
            .Nulls(r => r.Count, ValueRule.Replace(7)).Nulls(r => r.Name, ValueRule.Replace("nobody")).EmptyTexts(r => r.Name, ValueRule.Reject).EmptyTexts(r => r.Note, ValueRule.Replace("-")).Nulls(r => r.At, ValueRule.Reject);
        var at = new DateOnly(2026, 1, 2);

        var pipeline = await WriteAsync(server, upsert ? table.Upsert() : table, o => o.ArrayRows = arrayRows, new Rules(1, null, null, null, at), new(2, 1, "", "n", at), new(3, 2, "x", "", at), new(4, 4, "x", "y", null), new(5, 5, "a", "b", at));

        (await server.QueryAsync($"SELECT ID, COUNT, NAME, NOTE FROM {table.Name} ORDER BY ID")).Should().Equal("1|7|nobody|-", "3|2|x|-", "5|5|a|b");
        (await server.QueryAsync($"SELECT TOPIC_OFFSET, REASON, PAYLOAD FROM \"{pipeline}_REJECTS\" ORDER BY TOPIC_OFFSET")).Should().Equal(
            "1|NAME is empty, and the table takes no row like that.|{\"ID\":2,\"COUNT\":1,\"NAME\":\"\",\"NOTE\":\"n\",\"AT\":\"2026-01-02T00:00:00\"}",
            "3|AT is null, and the table takes no row like that.|{\"ID\":4,\"COUNT\":4,\"NAME\":\"x\",\"NOTE\":\"y\",\"AT\":null}");
    }

    [Fact]
    public void A_replacement_of_another_type_is_refused_at_the_call()
    {
        var table = OracleTable.For<Rules>("R");
        table.Invoking(t => t.Nulls(r => r.Count, ValueRule.Replace("7"))).Should().Throw<ArgumentException>().WithMessage("*'7'*Count*Int32*");
        table.Invoking(t => t.EmptyTexts(r => r.Name, ValueRule.Replace(""))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Structs_and_classes_and_their_base_classes_are_rows_too()
    {
        await using var server = Server.Any();
        var (points, derived) = (OracleTable.For<Point>(server.Name("POINTS")), OracleTable.For<Derived>(server.Name("DERIVED"), r => r.Home!));
        await WriteAsync(server, points, new Point { X = 1, Y = null }, new Point { X = 2, Y = 3 });
        await WriteAsync(server, derived, new Derived { Id = 1, Name = "n", Home = new("http://localhost") });

        (await server.QueryAsync($"SELECT X, Y FROM {points.Name} ORDER BY X")).Should().Equal("1|-", "2|3");
        (await server.QueryAsync($"SELECT * FROM {derived.Name}")).Should().Equal("1|n");
    }

    private static Task<string> WriteAsync<T>(Server server, OracleTable<T> table, params T[] rows) => WriteAsync(server, table, _ => { }, rows);

    private static async Task<string> WriteAsync<T>(Server server, OracleTable<T> table, Action<OracleStoreOptions> configure, params T[] rows)
    {
        var pipeline = server.Name("P" + typeof(T).Name);
        await using var writer = await server.Store(configure).OpenAsync(pipeline, [table], Stop);
        await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, rows)]), Stop);
        await writer.CompleteAsync();
        await using (await server.Store(o => o.CreateTables = false).OpenAsync(pipeline, [table], Stop)) { }        // the table that was created fits
        return OracleName.FromClr(pipeline);
    }

    private sealed record Numbers([property: Key] int Id, Int128? Signed, UInt128? Unsigned, BigInteger? AnySize, OracleDecimal? Fraction, float? Ratio);

    private sealed record Texts
    {
        [Key] public required int Id { get; init; }
        public string? National { get; init; }
        public string? Bytes { get; init; }
        public string? LargeNational { get; init; }
        public DayOfWeek? Day { get; init; }
        public Guid? Ref { get; init; }
        public JsonElement? Document { get; init; }
        public TimeSpan? Lasts { get; init; }
        public TimeOnly? Opens { get; init; }
        public DateTime? Second { get; init; }
    }

    private sealed record Rules([property: Key] int Id, int? Count, string? Name, string? Note, DateOnly? At);

    private struct Point
    {
        public int X { get; set; }
        public long? Y { get; set; }
        [NotMapped] public Uri? Ignored { get; set; }
    }

    private class Named
    {
        public int Id { get; init; }
    }

    private sealed class Derived : Named
    {
        public string? Name { get; init; }
        public Uri? Home { get; init; }
    }
}
