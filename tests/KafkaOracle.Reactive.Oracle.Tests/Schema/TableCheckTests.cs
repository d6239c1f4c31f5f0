using System.ComponentModel.DataAnnotations;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Oracle.Tests.Schema;

public sealed class TableCheckTests
{
    [Fact]
    public async Task Creates_tables_ledger_and_rejects_and_finds_them_fitting_the_next_time()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");
        await using (await server.Store().OpenAsync("my-retail", [table], TestContext.Current.CancellationToken)) { }
        await using (await server.Store(o => o.CreateTables = false).OpenAsync("my-retail", [table], TestContext.Current.CancellationToken)) { }

        (await server.QueryAsync("SELECT TABLE_NAME FROM USER_TABLES ORDER BY TABLE_NAME")).Should().Equal("ITEMS", "KAFKAORACLE_LEDGER", "MY_RETAIL_REJECTS");
        (await server.QueryAsync("SELECT CONSTRAINT_NAME FROM USER_CONSTRAINTS WHERE CONSTRAINT_TYPE = 'P' ORDER BY CONSTRAINT_NAME")).Should().Equal("ITEMS_PK", "KAFKAORACLE_LEDGER_PK", "MY_RETAIL_REJECTS_PK");
    }

    [Fact]
    public async Task Lists_every_mismatch_with_what_mends_it_and_creates_nothing()
    {
        await using var server = Server.Start();
        await server.RunAsync(
            "CREATE TABLE WIDE (ID NUMBER(5), NAME VARCHAR2(10 CHAR), PRICE NUMBER(19), FREE NUMBER(10,2), AT VARCHAR2(20), NOTE VARCHAR2(50) NOT NULL, OWNER_ID NUMBER(10) NOT NULL, FILLED NUMBER(1) DEFAULT 0 NOT NULL)");
        var table = OracleTable.For<Wide>("WIDE").Column(r => r.Price, OracleType.Number(19, 4)).Upsert();

        var opening = async () => await server.Store().OpenAsync("p", [table, OracleTable.For<Item>("MISSING")], TestContext.Current.CancellationToken);

        var message = (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message;
        message.Should().Contain("WIDE.ID is NUMBER(5,0)").And.Contain("MODIFY \"ID\" NUMBER(10,0)");
        message.Should().Contain("WIDE.NAME holds 10, the rows up to 20").And.Contain("MODIFY \"NAME\" VARCHAR2(20 CHAR)");
        message.Should().Contain("WIDE.PRICE is NUMBER(19,0), the rows need NUMBER(19,4)");
        message.Should().Contain("WIDE.FREE is NUMBER(10,2), which would round");
        message.Should().Contain("WIDE.AT is VARCHAR2, the rows need TIMESTAMP(7)");
        message.Should().Contain("WIDE.NOTE is NOT NULL, the rows may have no value there");
        message.Should().Contain("WIDE.EXTRA is missing: ALTER TABLE \"WIDE\" ADD \"EXTRA\" NUMBER(10,0)");
        message.Should().Contain("WIDE.OWNER_ID is NOT NULL and the rows do not have it");
        message.Should().Contain("ALTER TABLE \"WIDE\" ADD UNIQUE (\"ID\")");
        message.Should().NotContain("FILLED");
        (await server.QueryAsync("SELECT TABLE_NAME FROM USER_TABLES")).Should().Equal("WIDE");
    }

    [Fact]
    public async Task The_statements_that_it_names_mend_the_table()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE ITEMS (ID NUMBER(10) NOT NULL)");
        var table = OracleTable.For<Item>("ITEMS").Upsert();
        var opening = async () => await server.Store().OpenAsync("p", [table], TestContext.Current.CancellationToken);
        var message = (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message;

        string[] statements = [.. message.Split(Environment.NewLine).Where(l => l.Contains("ALTER", StringComparison.Ordinal)).Select(l => l[l.IndexOf("ALTER", StringComparison.Ordinal)..])];
        statements.Should().HaveCount(2);
        foreach (var statement in statements) await server.RunAsync(statement);

        await using var writer = await opening();
        writer.Ledger.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_mismatch_of_a_column_is_listed_and_the_statements_mend_them()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE FINE (ID NUMBER(10) PRIMARY KEY, NAME VARCHAR2(20 BYTE) NOT NULL, AT TIMESTAMP(3), ZONED TIMESTAMP(0) WITH TIME ZONE, LASTS INTERVAL DAY(2) TO SECOND(6))");
        var table = OracleTable.For<Fine>("FINE").Column(r => r.Zoned, OracleType.TimestampTz());
        var opening = async () => await server.Store().OpenAsync("p", [table], TestContext.Current.CancellationToken);

        var message = (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message;

        message.Should().Contain("FINE.NAME holds 20 bytes, the rows up to 20 characters").And.Contain("VarcharBytes(20)").And.Contain("FINE.NAME is NOT NULL");
        message.Should().Contain("FINE.AT is TIMESTAMP(3), which would round").And.Contain("MODIFY \"AT\" TIMESTAMP(7), or say Column(r => r.At, OracleType.Timestamp(3))");
        message.Should().Contain("FINE.ZONED is TIMESTAMP(0) WITH TIME ZONE, which would round").And.Contain("TimestampTz(0)");
        message.Should().Contain("FINE.LASTS is INTERVAL DAY(2) TO SECOND(6), the rows need INTERVAL DAY(8) TO SECOND(7)");
        foreach (var line in message.Split(Environment.NewLine).Where(l => l.Contains("ALTER", StringComparison.Ordinal)))
            await server.RunAsync(line[line.IndexOf("ALTER", StringComparison.Ordinal)..].Split(", or say")[0]);
        await using var writer = await opening();
    }

    [Fact]
    public async Task What_the_table_narrows_may_be_agreed_to()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE FINE (ID NUMBER(10) PRIMARY KEY, NAME VARCHAR2(20 BYTE), AT TIMESTAMP(3), ZONED TIMESTAMP(0) WITH TIME ZONE, LASTS INTERVAL DAY(2) TO SECOND(6))");
        var table = OracleTable.For<Fine>("FINE").Column(r => r.Zoned, OracleType.TimestampTz(0)).Column(r => r.Name, OracleType.VarcharBytes(20)).Column(r => r.At, OracleType.Timestamp(3)).Column(r => r.Lasts, OracleType.IntervalDayToSecond(2, 6));

        await using var writer = await server.Store().OpenAsync("p", [table], TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Columns_that_are_missing_are_added_when_asked_for_but_no_keys()
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE FINE (ID NUMBER(10) PRIMARY KEY, NAME VARCHAR2(20 CHAR))");
        await server.RunAsync("CREATE TABLE ITEMS (TEXT VARCHAR2(5 CHAR))");
        await server.RunAsync("INSERT INTO FINE VALUES (1, 'a')");
        var fine = OracleTable.For<Fine>("FINE");

        await using (await server.Store(o => o.AddMissingColumns = true).OpenAsync("p", [fine], TestContext.Current.CancellationToken)) { }
        var keyless = async () => await server.Store(o => o.AddMissingColumns = true).OpenAsync("p", [fine, OracleTable.For<Item>("ITEMS")], TestContext.Current.CancellationToken);

        (await server.QueryAsync("SELECT * FROM FINE")).Should().Equal("1|a|-|-|-");
        (await keyless.Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("ITEMS.ID is missing");
    }

    [Theory]
    [InlineData("a b) VALUES (1, 2); DROP TABLE VICTIM")]
    [InlineData("SELECT")]
    [InlineData("größe 漢字")]
    public async Task A_name_is_a_name_whatever_it_holds(string name)
    {
        await using var server = Server.Start();
        await server.RunAsync("CREATE TABLE VICTIM (ID NUMBER)");
        var table = OracleTable.For<Item>(name).Column(r => r.Text, name: "x\u2019 OR (1=1)").Upsert(r => r.Text == "gone");

        await using (var writer = await server.Store().OpenAsync("p", [table], TestContext.Current.CancellationToken))
        {
            await writer.SendAsync(new Epochs(new LogPartition("t", 0)).Next([Epochs.Batch(table, [new(1, "a"), new(2, "b"), new(2, "gone")])]), TestContext.Current.CancellationToken);
            await writer.CompleteAsync();
        }

        (await server.QueryAsync($"SELECT * FROM \"{name}\"")).Should().Equal("1|a");
        (await server.CountAsync("VICTIM")).Should().Be(0);
    }

    [Fact]
    public async Task A_ledger_without_its_key_is_refused_because_it_could_not_fence()
    {
        await using var server = Server.Start();
        await server.RunAsync(TableCheck.CreateSql(LedgerTable.Table).Replace(", CONSTRAINT \"KAFKAORACLE_LEDGER_PK\" PRIMARY KEY (\"PIPELINE\", \"TOPIC\", \"TOPIC_PARTITION\")", "", StringComparison.Ordinal));

        var opening = async () => await server.Store().OpenAsync("p", [], TestContext.Current.CancellationToken);

        (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message.Should().Contain("KAFKAORACLE_LEDGER has no unique constraint");
    }

    [Fact]
    public async Task Without_the_right_to_create_it_names_every_statement_to_run()
    {
        await using var server = Server.Start(o => o.CanCreateTables = false);

        var opening = async () => await server.Store().OpenAsync("p", [OracleTable.For<Item>("ITEMS")], TestContext.Current.CancellationToken);

        var refused = (await opening.Should().ThrowAsync<OracleStoreException>()).Which;
        refused.Number.Should().Be(1031);
        refused.IsTransient.Should().BeFalse();
        refused.Message.Should().Contain("CREATE TABLE \"KAFKAORACLE_LEDGER\"").And.Contain("CREATE TABLE \"P_REJECTS\"").And.Contain("CREATE TABLE \"ITEMS\"");
    }

    [Fact]
    public async Task Told_not_to_create_it_names_every_statement_to_run()
    {
        await using var server = Server.Start();

        var opening = async () => await server.Store(o => o.CreateTables = false).OpenAsync("p", [OracleTable.For<Item>("ITEMS")], TestContext.Current.CancellationToken);

        (await opening.Should().ThrowAsync<OracleStoreException>()).Which.Message.Should()
            .Contain("CREATE TABLE \"KAFKAORACLE_LEDGER\"").And.Contain("CREATE TABLE \"P_REJECTS\"").And.Contain("CREATE TABLE \"ITEMS\"");
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_the_password()
    {
        await using var server = Server.Start();
        var connection = $"User Id={server.Embedded.User};Password=\"sesame-open\";Data Source=127.0.0.1:{server.Embedded.Port}/FREEPDB1";

        var opening = async () => await server.Store(connectionString: connection).OpenAsync("p", [], TestContext.Current.CancellationToken);

        var refused = (await opening.Should().ThrowAsync<OracleStoreException>()).Which;
        refused.Number.Should().Be(1017);
        refused.IsTransient.Should().BeFalse();
        refused.Message.Should().Contain("ORA-01017").And.Contain(server.Embedded.User).And.Contain($"{server.Embedded.Port}");
        refused.ToString().Should().NotContain("sesame");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_address_and_may_be_there_later()
    {
        int port;
        await using (var gone = EmbeddedOracle.Start()) port = gone.Port;
        await using var server = Server.Start();
        var connection = $"User Id=X;Password=\"sesame-open\";Data Source=127.0.0.1:{port}/FREEPDB1";

        var opening = async () => await server.Store(connectionString: connection).OpenAsync("p", [], TestContext.Current.CancellationToken);

        var refused = (await opening.Should().ThrowAsync<OracleStoreException>()).Which;
        refused.IsTransient.Should().BeTrue();
        refused.Message.Should().Contain($"127.0.0.1:{port}");
        refused.ToString().Should().NotContain("sesame");
    }

    [Theory]
    [InlineData("Password=sesame;open;User Id=X")]
    [InlineData("open sesame")]
    public async Task A_connection_string_that_is_none_is_not_repeated(string connection)
    {
        await using var server = Server.Start();

        var opening = async () => await server.Store(connectionString: connection).OpenAsync("p", [], TestContext.Current.CancellationToken);

        (await opening.Should().ThrowAsync<OracleStoreException>()).Which.ToString().Should().NotContain("sesame").And.NotContain("open;");
    }

    [Fact]
    public async Task A_pipeline_may_not_write_its_own_ledger_or_one_table_twice_or_have_an_endless_name()
    {
        await using var server = Server.Start();
        var store = server.Store();

        await store.Awaiting(s => s.OpenAsync("p", [OracleTable.For<Item>("KAFKAORACLE_LEDGER")], default)).Should().ThrowAsync<ArgumentException>();
        await store.Awaiting(s => s.OpenAsync("p", [OracleTable.For<Item>("P_REJECTS")], default)).Should().ThrowAsync<ArgumentException>();
        await store.Awaiting(s => s.OpenAsync("p", [OracleTable.For<Item>("A"), OracleTable.For<Wide>("A")], default)).Should().ThrowAsync<ArgumentException>();
        await store.Awaiting(s => s.OpenAsync(new string('p', 101), [], default)).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Two_processes_may_create_the_tables_at_the_same_time()
    {
        await using var server = Server.Start();
        var table = OracleTable.For<Item>("ITEMS");

        var writers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => server.Store().OpenAsync("p", [table], TestContext.Current.CancellationToken))));

        foreach (var writer in writers) await writer.DisposeAsync();
        (await server.CountAsync("ITEMS")).Should().Be(0);
    }

    private sealed record Wide
    {
        [Key] public required int Id { get; init; }
        [MaxLength(20)] public string? Name { get; init; }
        public decimal Price { get; init; }
        public decimal Free { get; init; }
        public DateTimeOffset At { get; init; }
        [MaxLength(50)] public string? Note { get; init; }
        public int Extra { get; init; }
    }

    private sealed record Fine([property: Key] int Id, [property: MaxLength(20)] string? Name, DateTime? At, DateTimeOffset? Zoned, TimeSpan? Lasts);
}
