using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive.Oracle.Tests.Tables;

public sealed class OracleTableTests
{
    [Fact]
    public void Properties_become_columns_in_the_order_of_declaration()
        => OracleTable.For<Mapped>("MAPPED").Columns.Select(c => c.Name).Should().Equal("ORDER_ID", "UNIT_PRICE", "NOTE_TEXT", "CUSTOMER_ID");

    [Fact]
    public void The_statement_that_creates_a_table_names_its_key()
        => Schema(OracleTable.For<Item>("ITEMS")).Should().Be(
            "CREATE TABLE \"ITEMS\" (\"ID\" NUMBER(10,0) NOT NULL, \"TEXT\" VARCHAR2(5 CHAR), CONSTRAINT \"ITEMS_PK\" PRIMARY KEY (\"ID\"))");

    [Fact]
    public void An_insert_binds_each_column()
        => OracleTable.For<Item>("ITEMS").Sql.Should().Be("INSERT INTO \"ITEMS\" (\"ID\", \"TEXT\") VALUES (:1, :2)");

    [Fact]
    public void An_upsert_merges_on_the_key()
        => OracleTable.For<Item>("ITEMS").Upsert().Sql.Should().Be(
            "MERGE INTO \"ITEMS\" t USING (SELECT :1 AS \"ID\", :2 AS \"TEXT\" FROM DUAL) s ON (t.\"ID\" = s.\"ID\") "
            + "WHEN MATCHED THEN UPDATE SET t.\"TEXT\" = s.\"TEXT\" WHEN NOT MATCHED THEN INSERT (\"ID\", \"TEXT\") VALUES (s.\"ID\", s.\"TEXT\")");

    [Fact]
    public void An_upsert_needs_a_key()
        => OracleTable.For<Keyless>("KEYLESS").Invoking(t => t.Upsert()).Should().Throw<ArgumentException>().WithMessage("*needs a key*");

    [Fact]
    public void A_key_by_expression_replaces_the_annotated_one()
        => OracleTable.For<Item>("ITEMS").Key(r => r.Text).Columns.Where(c => c.IsKey).Select(c => c.Name).Should().Equal("TEXT");

    [Fact]
    public void A_column_changes_name_and_type()
    {
        var table = OracleTable.For<Mapped>("M").Column(r => r.UnitPrice, OracleType.Number(19, 4), "PRICE");

        Schema(table).Should().Contain("\"PRICE\" NUMBER(19,4) NOT NULL");
    }

    [Fact]
    public void A_value_that_does_not_go_into_a_type_is_refused_at_the_call()
        => OracleTable.For<Item>("ITEMS").Invoking(t => t.Column(r => r.Id, OracleType.Clob())).Should().Throw<ArgumentException>();

    [Fact]
    public void Only_a_time_with_an_offset_goes_into_a_column_with_a_zone()
    {
        Schema(OracleTable.For<Times>("T").Column(r => r.Zoned, OracleType.TimestampTz())).Should().Contain("\"ZONED\" TIMESTAMP(7) WITH TIME ZONE");
        OracleTable.For<Times>("T").Invoking(t => t.Column(r => r.Plain, OracleType.TimestampTz())).Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\0b")]
    [InlineData("ITEMS'; DROP TABLE VICTIM")]
    [InlineData("ITEMS -- x")]
    [InlineData("/* x */")]
    [InlineData("a:1")]
    [InlineData(" ")]
    public void A_name_that_could_break_out_of_its_quotes_is_refused(string name)
        => FluentActions.Invoking(() => OracleTable.For<Item>(name)).Should().Throw<ArgumentException>();

    [Fact]
    public void A_name_may_have_128_bytes()
    {
        FluentActions.Invoking(() => OracleTable.For<Item>(new string('A', 128))).Should().NotThrow();
        FluentActions.Invoking(() => OracleTable.For<Item>(new string('Ä', 65))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_property_without_a_column_type_is_named()
        => FluentActions.Invoking(() => OracleTable.For<Odd>("ODD")).Should().Throw<ArgumentException>().WithMessage("*Home*Uri*");

    [Fact]
    public void A_property_that_throws_leaves_no_half_row_behind()
    {
        var table = OracleTable.For<Explosive>("E");
        var batch = (OracleBatch<Explosive>)table.NewBatch();
        batch.Add(new Explosive(1, 1), default);
        batch.Invoking(b => b.Add(new Explosive(2, -1), default)).Should().Throw<Exception>();
        batch.Add(new Explosive(3, 3), default);

        batch.Count.Should().Be(2);
        batch.Payload(1).Should().Be("""{"FIRST":3,"SECOND":3}""");
    }

    [Fact]
    public void A_payload_shows_what_json_has_no_numbers_for()
    {
        var batch = (OracleBatch<Wild>)OracleTable.For<Wild>("W").NewBatch();
        batch.Add(new Wild(double.NaN, [1, 255], null), default);

        batch.Payload(0).Should().Be("""{"RATIO":"NaN","BYTES":"01FF","NAME":null}""");
    }

    [Fact]
    public void The_digest_tells_null_from_minus_one()
    {
        var table = OracleTable.For<Optional>("O");

        Digest(table, new Optional(null, 7)).Should().NotBe(Digest(table, new Optional(-1, 7)));
    }

    [Fact]
    public void The_digest_covers_each_column()
    {
        var table = OracleTable.For<Item>("I");

        new[] { new Item(1, "a"), new Item(2, "a"), new Item(1, "b"), new Item(1, null) }.Select(i => Digest(table, i)).Should().OnlyHaveUniqueItems();
    }

    private static string Schema(OracleTable table) => TableCheck.CreateSql(table);

    private static ulong Digest<T>(OracleTable<T> table, T row)
    {
        var digest = new RowDigest();
        table.Digest(row, digest);
        return Take(digest);
    }

    // The core keeps the hash to itself; only a digest's outcome can be compared.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Take")]
    private static extern ulong Take(RowDigest digest);

    private sealed record Mapped
    {
        [Key] public required int OrderID { get; init; }
        public decimal UnitPrice { get; init; }
        [Column("NOTE_TEXT")] public string? Note { get; init; }
        [NotMapped] public TimeSpan Lasts { get; init; }
        public long? CustomerId { get; init; }
    }

    private sealed record Keyless(int Id);

    private sealed record Odd(int Id, Uri Home);

    private sealed record Times(DateTimeOffset Zoned, DateTime Plain);

    private sealed record Wild(double Ratio, byte[] Bytes, string? Name);

    private sealed record Optional(long? Value, int Other);

    private sealed record Explosive(int First, [property: NotMapped] int Raw)
    {
        public int Second => Raw < 0 ? throw new InvalidOperationException("no") : Raw;
    }
}
