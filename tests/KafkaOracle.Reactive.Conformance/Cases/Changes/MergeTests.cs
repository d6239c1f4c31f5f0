namespace KafkaOracle.Reactive.Conformance.Changes;

public sealed class MergeTests(Target target) : CaseTests(target)
{
    private static readonly string Merge = Sql("MERGE");
    private static readonly string UpdateClause = Sql("MERGE, merge_update_clause");
    private static readonly string InsertClause = Sql("MERGE, merge_insert_clause");

    private const string Source = "(SELECT 1 id, 'one' v, 10 n FROM DUAL UNION ALL SELECT 2, 'two', 20 FROM DUAL UNION ALL SELECT 3, 'three', 30 FROM DUAL)";

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, v VARCHAR2(10), n NUMBER)")
        .Run("INSERT INTO {t} VALUES (1, 'old', 1)")
        .Run("INSERT INTO {t} VALUES (2, 'old', 2)");

    public static CaseList Cases { get; } = new("MERGE")
    {
        New("MERGE updates what matches and inserts what does not", Merge)
            .Affects(3, $"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v, t.n = t.n + s.n WHEN NOT MATCHED THEN INSERT (id, v, n) VALUES (s.id, s.v, s.n)")
            .Rows("SELECT * FROM {t} ORDER BY id", "1|one|11", "2|two|22", "3|three|30"),
        New("MERGE may update alone", Merge)
            .Affects(2, $"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|one", "2|two"),
        New("MERGE may insert alone", Merge)
            .Affects(1, $"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v, s.n)")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|old", "3|three"),
        New("The order of the branches is free", Merge)
            .Affects(3, $"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id) WHEN MATCHED THEN UPDATE SET t.n = 0")
            .Rows("SELECT id, n FROM {t} ORDER BY id", "1|0", "2|0", "3|null"),
        New("WHERE picks the rows to update", UpdateClause)
            .Affects(1, $"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v WHERE s.n > 10 AND t.n < 5")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|two"),
        New("WHERE picks the rows to insert", InsertClause)
            .Affects(0, $"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id) WHERE s.n < 30")
            .Rows("SELECT COUNT(*) FROM {t}", "2"),
        New("DELETE WHERE deletes what was updated, by its new values", UpdateClause)
            .Run($"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.n = s.n DELETE WHERE t.n >= 20")
            .Rows("SELECT id, n FROM {t}", "1|10"),
        New("DELETE WHERE leaves alone what was not updated", UpdateClause)
            .Run($"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.n = s.n WHERE s.id = 1 DELETE WHERE s.id IN (1, 2)")
            .Rows("SELECT id, n FROM {t}", "2|2"),
        New("One row of the target that matches two of the source is refused", Error(30926))
            .Fails("MERGE INTO {t} t USING (SELECT 1 id, 'a' v FROM DUAL UNION ALL SELECT 1, 'b' FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v", 30926)
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|old"),
        New("Two equal rows of the source that match nothing are both inserted", Error(1))
            .Fails("MERGE INTO {t} t USING (SELECT 7 id FROM DUAL UNION ALL SELECT 7 FROM DUAL) s ON (t.id = s.id) WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)", 1),
        New("A column of the condition cannot be updated", Error(38104))
            .Fails($"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.id = 9", 38104),
        New("MERGE wants its ON", Error(969)).Fails($"MERGE INTO {{t}} t USING {Source} s WHERE t.id = s.id", [969, 905, 3048, 3049]),
        New("The source may be a table", Merge)
            .Run("CREATE TABLE {s} (id NUMBER, v VARCHAR2(10))")
            .Run("INSERT INTO {s} VALUES (2, 'new')")
            .Affects(1, "MERGE INTO {t} USING {s} ON ({t}.id = {s}.id) WHEN MATCHED THEN UPDATE SET v = {s}.v")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|new"),
        New("The source may aggregate", Merge)
            .Affects(2, "MERGE INTO {t} t USING (SELECT id, SUM(n) n FROM (SELECT 1 id, 5 n FROM DUAL UNION ALL SELECT 1, 6 FROM DUAL UNION ALL SELECT 9, 1 FROM DUAL) GROUP BY id) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.n = t.n + s.n WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, s.n)")
            .Rows("SELECT id, n FROM {t} ORDER BY id", "1|12", "2|2", "9|1"),
        New("The source may read the target", Merge)
            .Affects(2, "MERGE INTO {t} t USING (SELECT MAX(id) id, 'max' v FROM {t} UNION ALL SELECT MAX(id) + 1, 'next' FROM {t}) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|max", "3|next"),
        New("The condition may have several parts", Merge)
            .Affects(1, "MERGE INTO {t} t USING (SELECT 1 id, 'old' v FROM DUAL) s ON (t.id = s.id AND t.v = s.v) WHEN MATCHED THEN UPDATE SET t.n = 99")
            .Rows("SELECT n FROM {t} WHERE id = 1", "99"),
        New("NULL matches nothing", Merge)
            .Affects(1, "MERGE INTO {t} t USING (SELECT 1 id, CAST(NULL AS VARCHAR2(5)) v FROM DUAL) s ON (t.v = s.v) WHEN MATCHED THEN UPDATE SET t.n = 99 WHEN NOT MATCHED THEN INSERT (id) VALUES (100)")
            .Rows("SELECT COUNT(*) FROM {t}", "3"),
        New("Values are bound to the source, once each", Merge)
            .Affects(
                1,
                "MERGE INTO {t} t USING (SELECT :id id, :v v FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)",
                new Bind("id", 2),
                new Bind("v", "bound"))
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|bound"),
        New("An update with defaults", UpdateClause)
            .Run("CREATE TABLE {u} (id NUMBER, v VARCHAR2(10) DEFAULT 'dflt')")
            .Run("INSERT INTO {u} VALUES (1, 'x')")
            .Run($"MERGE INTO {{u}} u USING {Source} s ON (u.id = s.id) WHEN MATCHED THEN UPDATE SET u.v = DEFAULT WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, DEFAULT)")
            .Rows("SELECT * FROM {u} ORDER BY id", "1|dflt", "2|dflt", "3|dflt"),
        New("A fault of one row undoes the whole MERGE", Concepts("Transactions, Statement-Level Rollback"))
            .Fails($"MERGE INTO {{t}} t USING {Source} s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, RPAD(s.v, 20, '.'))", 12899)
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|old", "2|old"),
        New("A row is inserted once, then updated by the next MERGE", Merge)
            .Do(s =>
            {
                const string Upsert = "MERGE INTO {t} t USING (SELECT :id id, :n n FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.n = t.n + s.n WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, s.n)";
                foreach (var n in new[] { 1, 2, 3 }) s.Run(Upsert, new Bind("id", 50), new Bind("n", n)).Should().Be(1);
                s.Rows("SELECT n FROM {t} WHERE id = 50").Should().Equal("6");
            }),
        New("A MERGE may add to what is stored, nulls aside", Merge)
            .Do(s =>
            {
                const string Accumulate = "MERGE INTO {t} t USING (SELECT :id id, :n n, :v v FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.n = COALESCE(t.n + s.n, t.n, s.n), t.v = COALESCE(LEAST(t.v, s.v), t.v, s.v) WHEN NOT MATCHED THEN INSERT (id, n, v) VALUES (s.id, s.n, s.v)";
                foreach (var (n, v) in new (object?, string?)[] { (null, "m"), (2, null), (3, "k"), (null, "z") })
                    s.Run(Accumulate, new Bind("id", 7), new Bind("n", n, OracleDbType.Decimal), new Bind("v", v, OracleDbType.Varchar2)).Should().Be(1);
                s.Rows("SELECT n, v FROM {t} WHERE id = 7").Should().Equal("5|k");
            }),
        New("A later revision wins, an earlier one changes nothing", UpdateClause)
            .Do(s =>
            {
                const string Upsert = "MERGE INTO {t} t USING (SELECT :id id, :n n FROM DUAL) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET t.n = s.n WHERE s.n > t.n WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, s.n)";
                s.Run(Upsert, new Bind("id", 2), new Bind("n", 5)).Should().Be(1);
                s.Run(Upsert, new Bind("id", 2), new Bind("n", 4)).Should().Be(0);
                s.Rows("SELECT n FROM {t} WHERE id = 2").Should().Equal("5");
            }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
