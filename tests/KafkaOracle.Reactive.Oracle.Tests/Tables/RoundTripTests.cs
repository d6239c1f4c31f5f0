using System.ComponentModel.DataAnnotations;

namespace KafkaOracle.Reactive.Oracle.Tests.Tables;

public sealed class RoundTripTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task Values_of_every_type_and_nulls_come_back(int arrayRows)
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Everything>(server.Name("EVERYTHING")).Column(r => r.Zoned, OracleType.TimestampTz());
        var at = new DateTime(2026, 5, 6, 7, 8, 9).AddTicks(1234567);
        var full = new Everything
        {
            Id = 1,
            Flag = true,
            Tiny = 255,
            Signed = -128,
            Small = short.MinValue,
            Middle = ushort.MaxValue,
            Count = uint.MaxValue,
            Large = long.MinValue,
            Huge = ulong.MaxValue,
            Money = 79228162514264337593543950335m,
            Fraction = 0.0000000000000000000000000001m,
            Ratio = -1.5e-300,
            Letter = 'ß',
            Name = "zażółć 漢字 😀",
            Kind = DayOfWeek.Friday,
            Story = new string('漢', 5000),
            Hash = [1, 2, 255],
            Picture = new byte[5000],
            Ref = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            At = at,
            Utc = new DateTimeOffset(at, TimeSpan.FromHours(2)),
            Zoned = new DateTimeOffset(at, TimeSpan.FromHours(5.5)),
            Day = new DateOnly(2026, 5, 6),
        };
        var empty = new Everything { Id = 2, Name = "" };
        await using var writer = await server.Store(o => o.ArrayRows = arrayRows).OpenAsync(server.Name("types"), [table], TestContext.Current.CancellationToken);
        (await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, [full, empty, full with { Id = 3, Ratio = null }])]), TestContext.Current.CancellationToken)).Should().BeTrue();
        await writer.CompleteAsync();

        var rows = await server.QueryAsync(
            $"SELECT ID, FLAG, TINY, SIGNED, SMALL, MIDDLE, \"COUNT\", LARGE, HUGE, MONEY, RATIO, LETTER, NAME, KIND, HASH, REF, AT, UTC, DAY FROM {table.Name} ORDER BY ID");
        const string Rest = "|ß|zażółć 漢字 😀|Friday|0102FF|00112233445566778899AABBCCDDEEFF|2026-05-06 07:08:09.1234567|2026-05-06 05:08:09.1234567|2026-05-06 00:00:00.0000000";
        rows.Should().Equal(
            "1|1|255|-128|-32768|65535|4294967295|-9223372036854775808|18446744073709551615|79228162514264337593543950335|-1.5E-300" + Rest,
            "2" + string.Concat(Enumerable.Repeat("|-", 18)),
            "3|1|255|-128|-32768|65535|4294967295|-9223372036854775808|18446744073709551615|79228162514264337593543950335|-" + Rest);
        (await server.QueryAsync($"SELECT FRACTION FROM {table.Name} WHERE ID = 1")).Should().Equal("0.0000000000000000000000000001");
        (await server.QueryAsync($"SELECT STORY FROM {table.Name} WHERE ID = 1")).Should().Equal(full.Story);
        (await server.QueryAsync($"SELECT PICTURE FROM {table.Name} WHERE ID = 1")).Should().Equal(Convert.ToHexString(full.Picture!));
        (await server.QueryAsync($"SELECT TO_CHAR(ZONED, 'HH24:MI:SS.FF7 TZH:TZM') FROM {table.Name} WHERE ID = 1")).Should().Equal("07:08:09.1234567 +05:30");
    }

    [Fact]
    public async Task The_ledger_comes_back_to_the_tick()
    {
        await using var server = Server.Any();
        var pipeline = server.Name("ledger");
        var epochs = new Epochs(Sales, new LogPartition("sales", 1), new LogPartition("other", 0));
        var (first, second) = (epochs.Next(), epochs.Next());
        var bare = new Epochs(new LogPartition("bare", 0)).Next();
        bare = new Epoch
        {
            Id = bare.Id,
            Number = 1,
            Batches = [],
            Rejects = [],
            Ledger = [new(bare.Ledger[0].Row with { EraStart = null, Watermark = null, Floors = [], EraTables = [], Query = "" }, null)],
        };
        await using (var writer = await server.Store().OpenAsync(pipeline, [], TestContext.Current.CancellationToken))
        {
            writer.Ledger.Should().BeEmpty();
            foreach (var epoch in new[] { first, second, bare }) (await writer.SendAsync(epoch, TestContext.Current.CancellationToken)).Should().BeTrue();
            await writer.CompleteAsync();
        }

        await using var later = await server.Store().OpenAsync(pipeline, [], TestContext.Current.CancellationToken);

        later.Ledger.Should().BeEquivalentTo(second.Ledger.Concat(bare.Ledger).Select(a => a.Row), o => o.ComparingByMembers<LedgerRow>());
    }

    [Fact]
    public async Task A_ledger_row_may_hold_very_many_floors()
    {
        await using var server = Server.Any();
        var pipeline = server.Name("floors");
        var epoch = new Epochs(Sales).Next();
        var row = epoch.Ledger[0].Row with { Floors = [.. Enumerable.Range(0, 3000).Select(i => new LateFloor(i, Epochs.Noon.AddTicks(i)))] };
        await using (var writer = await server.Store().OpenAsync(pipeline, [], TestContext.Current.CancellationToken))
        {
            await writer.SendAsync(new Epoch { Id = epoch.Id, Number = 1, Batches = [], Rejects = [], Ledger = [new(row, null)] }, TestContext.Current.CancellationToken);
            await writer.CompleteAsync();
        }

        await using var later = await server.Store().OpenAsync(pipeline, [], TestContext.Current.CancellationToken);

        later.Ledger.Single().Floors.Should().Equal(row.Floors);
    }

    internal sealed record Everything
    {
        [Key] public required int Id { get; init; }
        public bool? Flag { get; init; }
        public byte? Tiny { get; init; }
        public sbyte? Signed { get; init; }
        public short? Small { get; init; }
        public ushort? Middle { get; init; }
        public uint? Count { get; init; }
        public long? Large { get; init; }
        public ulong? Huge { get; init; }
        public decimal? Money { get; init; }
        public decimal? Fraction { get; init; }
        public double? Ratio { get; init; }
        public char? Letter { get; init; }
        [MaxLength(40)] public string? Name { get; init; }
        public DayOfWeek? Kind { get; init; }
        [MaxLength] public string? Story { get; init; }
        public byte[]? Hash { get; init; }
        [MaxLength] public byte[]? Picture { get; init; }
        public Guid? Ref { get; init; }
        public DateTime? At { get; init; }
        public DateTimeOffset? Utc { get; init; }
        public DateTimeOffset? Zoned { get; init; }
        public DateOnly? Day { get; init; }
    }
}
