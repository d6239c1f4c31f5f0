using System.ComponentModel.DataAnnotations;

namespace KafkaOracle.Reactive.Oracle.Tests.Tables;

public sealed class WriteModeTests
{
    private const string Source = "MERGE INTO \"T\" t USING (SELECT :1 AS \"ID\", :2 AS \"REV\", :3 AS \"N\" FROM DUAL) s ON (t.\"ID\" = s.\"ID\")";
    private const string Inserting = " WHEN NOT MATCHED THEN INSERT (\"ID\", \"REV\", \"N\") VALUES (s.\"ID\", s.\"REV\", s.\"N\")";

    private static readonly OracleTable<Row> Table = OracleTable.For<Row>("T");

    [Fact]
    public void Insert_if_absent_merges_without_an_update() => Table.InsertIfAbsent().Sql.Should().Be(Source + Inserting);

    [Fact]
    public void Update_binds_the_key_last()
    {
        Table.Update().Sql.Should().Be("UPDATE \"T\" SET \"REV\" = :1, \"N\" = :2 WHERE \"ID\" = :3");
        Table.Update().Statement.Columns.Should().Equal(1, 2, 0);
    }

    [Fact]
    public void Delete_binds_the_key_alone()
    {
        Table.Delete().Sql.Should().Be("DELETE FROM \"T\" WHERE \"ID\" = :1");
        Table.Delete().Statement.Columns.Should().Equal(0);
    }

    [Fact]
    public void Revision_updates_where_the_stored_one_is_lower()
        => Table.Revision(r => r.Rev).Sql.Should().Be(
            Source + " WHEN MATCHED THEN UPDATE SET t.\"REV\" = s.\"REV\", t.\"N\" = s.\"N\" WHERE t.\"REV\" IS NULL OR t.\"REV\" < s.\"REV\"" + Inserting);

    [Fact]
    public void Accumulate_combines_each_column_with_the_stored_one()
    {
        Table.Accumulate(a => a.Max(r => r.Rev).Sum(r => r.N)).Sql.Should().Be(
            Source + " WHEN MATCHED THEN UPDATE SET t.\"REV\" = COALESCE(GREATEST(t.\"REV\", s.\"REV\"), t.\"REV\", s.\"REV\"), t.\"N\" = COALESCE(t.\"N\" + s.\"N\", t.\"N\", s.\"N\")" + Inserting);
        Table.Accumulate(a => a.First(r => r.Rev).Last(r => r.N)).Sql.Should().Be(Source + " WHEN MATCHED THEN UPDATE SET t.\"N\" = s.\"N\"" + Inserting);
    }

    [Fact]
    public void What_a_mode_needs_is_asked_for_at_the_call()
    {
        Refused(() => OracleTable.For<Keyless>("K").Delete()).Should().Contain("needs a key");
        Refused(() => OracleTable.For<Keyless>("K").Key(r => r.Id, r => r.Note).Update()).Should().Contain("nothing to update");
        Refused(() => Table.Revision(r => r.Id)).Should().Contain("part of the key");
        Refused(() => Table.Revision(r => r.N)).Should().Contain("may be null");
        Refused(() => Table.Accumulate(a => a.Sum(r => r.N))).Should().Contain("nothing says how for Rev");
        Refused(() => Table.Accumulate(a => a.Sum(r => r.N, r => r.Rev, r => r.Id))).Should().Contain("part of its key");
        Refused(() => Table.Accumulate(a => a.Sum(r => r.N).Max(r => r.N))).Should().Contain("twice");
        Refused(() => Table.Accumulate(a => a.First(r => r.N, r => r.Rev))).Should().Contain("InsertIfAbsent");
        Refused(() => OracleTable.For<Keyless>("K").Key(r => r.Id).Accumulate(a => a.Max(r => r.Note))).Should().Contain("minimum or maximum");
        Refused(() => OracleTable.For<Keyless>("K").Key(r => r.Id).Accumulate(a => a.Sum(r => r.Note))).Should().Contain("no sums");
        Refused(() => OracleTable.For<Keyless>("K").Key(r => r.Id).Accumulate(a => a.Sum(r => r.Note!.Length))).Should().Contain("r => r.Property");
    }

    [Fact]
    public void Modes_say_what_they_are()
        => new[] { Table, Table.Upsert(), Table.InsertIfAbsent(), Table.Update(), Table.Delete(), Table.Revision(r => r.Rev), Table.Accumulate(a => a.Last(r => r.N, r => r.Rev)) }
            .Select(t => t.Mode.ToString()).Should().Equal("insert", "upsert", "insert if absent", "update", "delete", "revision", "accumulate");

    private static string Refused(Func<object> table) => table.Should().Throw<ArgumentException>().Which.Message;

    private sealed record Row([property: Key] int Id, long Rev, decimal? N);

    private sealed record Keyless(int Id, string? Note);
}
