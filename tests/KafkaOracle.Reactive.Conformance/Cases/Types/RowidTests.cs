namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class RowidTests(Target target) : CaseTests(target)
{
    private static readonly string Pseudocolumn = Sql("Pseudocolumns, ROWID Pseudocolumn");

    public static CaseList Cases { get; } = new("ROWID")
    {
        new Case("A row is found by its ROWID", Pseudocolumn)
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Run("INSERT INTO {t} VALUES (2)")
            .Do(s => s.Rows("SELECT id FROM {t} WHERE ROWID = :r", new Bind("r", s.Scalar("SELECT ROWIDTOCHAR(ROWID) FROM {t} WHERE id = 2"))).Should().Equal("2")),
        new Case("ROWIDs are text of 18 characters", Sql("ROWIDTOCHAR"))
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Rows("SELECT LENGTH(ROWIDTOCHAR(ROWID)) FROM {t}", "18")
            .Do(s => s.Scalar("SELECT ROWID FROM {t}").Should().BeOfType<string>().Which.Should().HaveLength(18)),
        new Case("ROWIDs are unique and stay when a row changes", Pseudocolumn)
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Run("INSERT INTO {t} VALUES (2)")
            .Rows("SELECT COUNT(DISTINCT ROWID) FROM {t}", "2")
            .Do(s =>
            {
                var before = s.Scalar("SELECT ROWIDTOCHAR(ROWID) FROM {t} WHERE id = 1");
                s.Run("UPDATE {t} SET id = 10 WHERE id = 1");
                s.Scalar("SELECT ROWIDTOCHAR(ROWID) FROM {t} WHERE id = 10").Should().Be(before);
            }),
        new Case("Duplicates are deleted by ROWID", Pseudocolumn)
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} SELECT 1 FROM DUAL UNION ALL SELECT 1 FROM DUAL UNION ALL SELECT 2 FROM DUAL")
            .Affects(1, "DELETE FROM {t} WHERE ROWID NOT IN (SELECT MIN(ROWID) FROM {t} GROUP BY id)")
            .Rows("SELECT id FROM {t} ORDER BY id", "1", "2"),
        new Case("A row is updated and deleted by ROWID", Pseudocolumn)
            .Run("CREATE TABLE {t} (id NUMBER, v NUMBER)")
            .Run("INSERT INTO {t} VALUES (1, 0)")
            .Do(s =>
            {
                var row = s.Scalar("SELECT ROWID FROM {t}");
                s.Run("UPDATE {t} SET v = 5 WHERE ROWID = CHARTOROWID(:r)", new Bind("r", row)).Should().Be(1);
                s.Run("DELETE FROM {t} WHERE ROWID = :r AND v = 5", new Bind("r", row)).Should().Be(1);
            }),
        new Case("What is no ROWID is refused", Error(1410)).Run("CREATE TABLE {t} (id NUMBER)").Run("INSERT INTO {t} VALUES (1)").Fails("SELECT * FROM {t} WHERE ROWID = 'nonsense'", 1410, "invalid ROWID*"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
