namespace KafkaOracle.Reactive.Oracle.Tests.Tables;

public sealed class EraColumnTests
{
    private static readonly LogPartition Sales = new("sales", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_era_column_comes_last_and_is_never_null()
        => TableCheck.CreateSql(OracleTable.For<Item>("ITEMS").EraColumn()).Should().Be(
            "CREATE TABLE \"ITEMS\" (\"ID\" NUMBER(10,0) NOT NULL, \"TEXT\" VARCHAR2(5 CHAR), \"ERA_START\" TIMESTAMP(7) NOT NULL, CONSTRAINT \"ITEMS_PK\" PRIMARY KEY (\"ID\"))");

    [Fact]
    public void Other_changes_of_the_table_keep_it()
        => OracleTable.For<Item>("ITEMS").EraColumn("ERA").Upsert().Key(r => r.Id).Column(r => r.Text, name: "T").Insert().Columns.Select(c => c.Name).Should().Equal("ID", "T", "ERA");

    [Fact]
    public void A_column_of_that_name_must_not_be_there()
        => OracleTable.For<Item>("ITEMS").Invoking(t => t.EraColumn("TEXT")).Should().Throw<ArgumentException>().WithMessage("*two columns named TEXT*");

    [Fact]
    public async Task Rows_tell_the_era_they_belong_to()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Item>(server.Name("ITEMS")).EraColumn();
        await using var writer = await server.Store(o => o.ArrayRows = 2).OpenAsync(server.Name("era"), [table], Stop);

        await writer.SendAsync(new Epochs(Sales).Next([Batch(table, (new(1, "a"), 0), (new(2, "b"), 0), (new(3, "c"), 1))]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT ID, TEXT, TO_CHAR(ERA_START, 'YYYY-MM-DD HH24:MI') FROM {table.Name} ORDER BY ID")).Should().Equal("1|a|2026-03-01 12:00", "2|b|2026-03-01 12:00", "3|c|2026-03-01 13:00");
    }

    [Fact]
    public async Task An_upsert_replaces_rows_of_its_own_era_and_a_key_of_another_era_goes_to_the_rejects()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Item>(server.Name("ITEMS")).Upsert().EraColumn();
        var name = server.Name("owned");
        await using var writer = await server.Store().OpenAsync(name, [table], Stop);

        await writer.SendAsync(new Epochs(Sales).Next([Batch(table, (new(1, "a"), 0), (new(2, "b"), 0), (new(1, "c"), 0), (new(2, "d"), 1), (new(3, "e"), 1))]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT ID, TEXT FROM {table.Name} ORDER BY ID")).Should().Equal("1|c", "2|b", "3|e");
        (await server.QueryAsync($"SELECT KIND, ORA_CODE, PAYLOAD FROM \"{OracleName.FromClr(name)}_REJECTS\"")).Single().Should().StartWith("Refused|1|").And.Contain("\"TEXT\":\"d\"");
    }

    [Fact]
    public async Task A_table_whose_rows_may_have_no_era_is_refused_with_what_mends_it()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE ITEMS (ID NUMBER(10) NOT NULL, TEXT VARCHAR2(5 CHAR))");
        await server.RunAsync("INSERT INTO ITEMS VALUES (1, 'a')");
        var table = OracleTable.For<Item>("ITEMS").Key().EraColumn();
        var opening = async () => await server.Store().OpenAsync("p", [table], Stop);

        (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("ITEMS.ERA_START, the era column, is missing: ALTER TABLE \"ITEMS\" ADD \"ERA_START\" TIMESTAMP(7)").And.Contain("NOT NULL");
        await server.RunAsync("ALTER TABLE \"ITEMS\" ADD \"ERA_START\" TIMESTAMP(7)");
        (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("ITEMS.ERA_START, the era column, may be null").And.NotContain("ADD");
        await server.RunAsync("UPDATE ITEMS SET ERA_START = TIMESTAMP '2026-03-01 12:00:00'");
        await server.RunAsync("ALTER TABLE \"ITEMS\" MODIFY \"ERA_START\" NOT NULL");
        await using var writer = await opening();
    }

    private static RowBatch<Item> Batch(OracleTable<Item> table, params (Item Row, int Hour)[] rows)
    {
        var batch = table.NewBatch();
        foreach (var (row, hour) in rows) batch.Add(row, new(new("sales", 0, row.Id), Epochs.Noon, Epochs.Noon.AddHours(hour)));
        return batch;
    }
}
