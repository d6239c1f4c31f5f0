using System.ComponentModel.DataAnnotations;

namespace KafkaOracle.Reactive.Oracle.Tests.Tables;

/// <summary>Large texts, bytes and documents of every size beside each other in one array, by every mode.</summary>
public sealed class LobTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    // Around the limits of VARCHAR2 and RAW (4,000), of extended strings and of what is bound in place (32,767), and far beyond.
    private static readonly int[] Sizes = [0, 1, 1333, 3999, 4000, 4001, 8000, 32_766, 32_767, 32_768, 65_536, 500_000];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, Func<OracleTable<Document>, OracleTable<Document>>> Modes = new()
    {
        ["insert"] = t => t.Insert(),
        ["upsert"] = t => t.Upsert(),
        ["tombstones"] = t => t.Upsert(d => d.Revision < 0),
        ["insert if absent"] = t => t.InsertIfAbsent(),
        ["update"] = t => t.Update(),
        ["revision"] = t => t.Revision(d => d.Revision),
        ["accumulate"] = t => t.Accumulate(a => a.Sum(d => d.Revision).Last(d => d.Text, d => d.Bytes, d => d.Json)),
        ["overwrite"] = t => t.Overwrite(),
    };

    public static TheoryData<string, int> ModesAndArrays => [.. Modes.Keys.SelectMany(m => new[] { 1, 100 }.Select(a => (m, a)))];

    [Theory]
    [MemberData(nameof(ModesAndArrays))]
    public async Task Come_back_as_they_were(string mode, int arrayRows)
    {
        await using var server = Server.Any();
        var table = Modes[mode](OracleTable.For<Document>(server.Name("DOCUMENTS")).Column(d => d.Text, OracleType.Clob()).Column(d => d.Bytes, OracleType.Blob()).Column(d => d.Json, OracleType.Json()));
        var rows = Sizes.Select((size, i) => new Document(i, 1, size == 0 ? null : new string('ß', size), size == 0 ? null : [.. Enumerable.Range(0, size).Select(b => (byte)b)], size == 0 ? null : $"{{\"a\":\"{new string('j', size)}\"}}")).ToArray();

        var pipeline = server.Name("LOBS");
        await using (var writer = await server.Store(o => o.ArrayRows = arrayRows).OpenAsync(pipeline, [table], Stop))
        {
            if (mode is "update" or "upsert" or "revision" or "accumulate")
                foreach (var row in rows.Skip(mode == "update" ? 0 : 3)) await server.RunAsync($"INSERT INTO {table.Name} (ID, REVISION, TEXT) VALUES ({row.Id}, 0, 'old')");
            await writer.SendAsync(new Epochs(Sales).Next([Epochs.Batch(table, rows)]), Stop);
            await writer.CompleteAsync();
        }

        (await server.QueryAsync($"SELECT ORA_CODE, REASON FROM \"{OracleName.FromClr(pipeline)}_REJECTS\"")).Should().BeEmpty();
        var name = mode == "overwrite" ? $"{table.Name}_NEXT" : table.Name;
        (await server.QueryAsync($"SELECT ID, REVISION, TEXT, BYTES, JSON FROM {name} ORDER BY ID")).Should().Equal(
            rows.Select(r => $"{r.Id}|1|{r.Text ?? "-"}|{(r.Bytes is null ? "-" : Convert.ToHexString(r.Bytes))}|{r.Json ?? "-"}"));
    }

    public sealed record Document([property: Key] int Id, int Revision, string? Text, byte[]? Bytes, string? Json);
}
