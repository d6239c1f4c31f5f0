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
    public void The_lanes_column_follows_the_eras()
        => TableCheck.CreateSql(OracleTable.For<Item>("ITEMS").EraColumn(lane: "LANE")).Should().Be(
            "CREATE TABLE \"ITEMS\" (\"ID\" NUMBER(10,0) NOT NULL, \"TEXT\" VARCHAR2(5 CHAR), \"ERA_START\" TIMESTAMP(7) NOT NULL, \"LANE\" NUMBER(10,0) NOT NULL, CONSTRAINT \"ITEMS_PK\" PRIMARY KEY (\"ID\"))");

    [Fact]
    public void A_table_whose_keys_eras_share_has_a_row_for_each_of_them_when_it_is_reprocessed_into_another()
    {
        TableCheck.CreateSql(OracleTable.For<Item>("ITEMS").Upsert().ForEras("OTHERS")).Should().EndWith("CONSTRAINT \"OTHERS_PK\" PRIMARY KEY (\"ID\", \"ERA_START\"))");
        TableCheck.CreateSql(OracleTable.For<Item>("ITEMS").Upsert().EraColumn("ERA").ForEras("OTHERS")).Should().EndWith("CONSTRAINT \"OTHERS_PK\" PRIMARY KEY (\"ID\"))");
        TableCheck.CreateSql(OracleTable.For<Item>("ITEMS").ForEras("OTHERS")).Should().EndWith("\"ERA_START\" TIMESTAMP(7) NOT NULL, CONSTRAINT \"OTHERS_PK\" PRIMARY KEY (\"ID\"))");
        OracleTable.For<Item>("ITEMS").EraColumn(lane: "LANE").ForEras("OTHERS").Columns.Select(c => c.Name).Should().Equal("ID", "TEXT", "ERA_START", "LANE");
    }

    [Fact]
    public void Other_changes_of_the_table_keep_them()
        => OracleTable.For<Item>("ITEMS").EraColumn("ERA", "LANE").Upsert().Key(r => r.Id).Column(r => r.Text, name: "T").Insert().Columns.Select(c => c.Name).Should().Equal("ID", "T", "ERA", "LANE");

    [Fact]
    public void A_column_of_that_name_must_not_be_there()
    {
        OracleTable.For<Item>("ITEMS").Invoking(t => t.EraColumn("TEXT")).Should().Throw<ArgumentException>().WithMessage("*two columns named TEXT*");
        OracleTable.For<Item>("ITEMS").Invoking(t => t.EraColumn(lane: "ID")).Should().Throw<ArgumentException>().WithMessage("*two columns named ID*");
        OracleTable.For<Item>("ITEMS").Invoking(t => t.EraColumn(lane: "A\"B")).Should().Throw<ArgumentException>();
    }

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
    public async Task Rows_tell_the_lane_that_produced_them_and_a_single_one_has_no_number()
    {
        await using var server = Server.Any();
        var table = OracleTable.For<Item>(server.Name("ITEMS")).Upsert().EraColumn(lane: "LANE");
        var name = server.Name("lanes");
        await using var writer = await server.Store(o => o.ArrayRows = 2).OpenAsync(name, [table], Stop);

        var rows = table.NewBatch();
        foreach (var (id, text, lane) in new (int, string, int?)[] { (1, "a", 0), (2, "b", 7), (3, "c", null), (2, "d", 7), (1, "e", 7) })
            rows.Add(new(id, text), new(new("sales", 0, id), Epochs.Noon, Epochs.Noon, lane));
        await writer.SendAsync(new Epochs(Sales).Next([rows]), Stop);
        await writer.CompleteAsync();

        (await server.QueryAsync($"SELECT ID, TEXT, LANE FROM {table.Name} ORDER BY ID")).Should().Equal("1|a|0", "2|d|7", "3|c|-1");
        (await server.QueryAsync($"SELECT ORA_CODE, LANE, PAYLOAD FROM \"{OracleName.FromClr(name)}_REJECTS\"")).Single().Should().StartWith("1|7|").And.Contain("\"TEXT\":\"e\"", "the row of that key is another lane's");
        (await server.Store().Rejects(name).ReplayAsync(table, i => i with { Id = 4 }, Stop)).Should().Be(new ReplayResult(1, 0));
        (await server.QueryAsync($"SELECT TEXT, LANE FROM {table.Name} WHERE ID = 4")).Should().Equal("e|7");
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
        await using (await opening())
            table = table.EraColumn(lane: "LANE");

        (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("ITEMS.LANE, the lane column, is missing: ALTER TABLE \"ITEMS\" ADD \"LANE\" NUMBER(10,0)").And.Contain("-1").And.NotContain("ERA_START");
        await server.RunAsync("ALTER TABLE \"ITEMS\" ADD \"LANE\" NUMBER(10,0)");
        await server.RunAsync("UPDATE ITEMS SET LANE = -1");
        await server.RunAsync("ALTER TABLE \"ITEMS\" MODIFY \"LANE\" NOT NULL");
        await using var writer = await opening();
    }

    private static RowBatch<Item> Batch(OracleTable<Item> table, params (Item Row, int Hour)[] rows)
    {
        var batch = table.NewBatch();
        foreach (var (row, hour) in rows) batch.Add(row, new(new("sales", 0, row.Id), Epochs.Noon, Epochs.Noon.AddHours(hour)));
        return batch;
    }
}
