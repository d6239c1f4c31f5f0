namespace KafkaOracle.Reactive.Conformance.Queries;

public sealed class RowLimitTests(Target target) : CaseTests(target)
{
    private static readonly string Limit = Sql("SELECT, row_limiting_clause");
    private static readonly string Apply = Sql("SELECT, cross_outer_apply_clause");
    private const string T = "(SELECT 1 id, 10 v FROM DUAL UNION ALL SELECT 2, 20 FROM DUAL UNION ALL SELECT 3, 20 FROM DUAL UNION ALL SELECT 4, NULL FROM DUAL UNION ALL SELECT 5, NULL FROM DUAL)";

    public static CaseList Cases { get; } = new("Row limits and lateral views")
    {
        Case.Query("Ties of the last row come along", Limit, $"SELECT id FROM {T} ORDER BY v FETCH FIRST 2 ROWS WITH TIES", "1", "2", "3"),
        Case.Query("NULLs tie", Limit, $"SELECT COUNT(*) FROM (SELECT id FROM {T} ORDER BY v NULLS FIRST FETCH FIRST ROW WITH TIES)", "2"),
        Case.Query("No ties are no more rows", Limit, $"SELECT id FROM {T} ORDER BY v, id FETCH FIRST 2 ROWS WITH TIES", "1", "2"),
        Case.Query("WITH TIES comes after OFFSET", Limit, $"SELECT id FROM {T} ORDER BY v OFFSET 1 ROW FETCH NEXT 1 ROW WITH TIES", "2", "3"),
        Case.Query("WITH TIES of all rows is all rows", Limit, $"SELECT COUNT(*) FROM (SELECT id FROM {T} ORDER BY v FETCH FIRST 100 ROWS WITH TIES)", "5"),
        Case.Query("WITH TIES of no rows is none", Limit, $"SELECT id FROM {T} ORDER BY v FETCH FIRST 0 ROWS WITH TIES"),
        Case.Query("A share is rounded up", Limit, $"SELECT id FROM {T} ORDER BY id FETCH FIRST 21 PERCENT ROWS ONLY", "1", "2"),
        Case.Query("A share comes with ties", Limit, $"SELECT id FROM {T} ORDER BY v FETCH FIRST 40 PERCENT ROWS WITH TIES", "1", "2", "3"),
        Case.Query("A share of 100 and more is everything, of 0 nothing", Limit, $"SELECT COUNT(*) FROM (SELECT id FROM {T} ORDER BY id FETCH FIRST 200 PERCENT ROWS ONLY) UNION ALL SELECT COUNT(*) FROM (SELECT id FROM {T} ORDER BY id FETCH FIRST 0 PERCENT ROWS ONLY)", "5", "0"),
        Case.Query("Sets of queries are limited as a whole", Limit, "SELECT 2 n FROM DUAL UNION ALL SELECT 1 FROM DUAL UNION ALL SELECT 1 FROM DUAL ORDER BY n FETCH FIRST 1 ROW WITH TIES", "1", "1"),
        Case.Query("Distinct rows are limited", Limit, $"SELECT DISTINCT v FROM {T} ORDER BY v FETCH FIRST 2 ROWS WITH TIES", "10", "20"),
        Case.Query("Groups are limited", Limit, $"SELECT COUNT(*) FROM (SELECT v, COUNT(*) FROM {T} GROUP BY v ORDER BY COUNT(*) DESC FETCH FIRST 1 ROW WITH TIES)", "2"),
        Case.Query("CROSS APPLY drops rows without a match", Apply, $"SELECT t.id, a.n FROM {T} t CROSS APPLY (SELECT t.v + 1 n FROM DUAL WHERE t.v > 10) a ORDER BY 1", "2|21", "3|21"),
        Case.Query("OUTER APPLY keeps them", Apply, $"SELECT t.id, a.n FROM {T} t OUTER APPLY (SELECT t.v + 1 n FROM DUAL WHERE t.v > 10) a WHERE t.id < 3 ORDER BY 1", "1|null", "2|21"),
        Case.Query("LATERAL is joined on a condition", Sql("SELECT, LATERAL"), $"SELECT t.id, l.s FROM {T} t LEFT JOIN LATERAL (SELECT SUM(u.v) s FROM {T} u WHERE u.id <= t.id) l ON l.s > 20 ORDER BY 1 FETCH FIRST 2 ROWS ONLY", "1|null", "2|30"),
        Case.Query("LATERAL sees LATERAL", Sql("SELECT, LATERAL"), "SELECT a.x, b.y, c.z FROM (SELECT 1 x FROM DUAL) a, LATERAL (SELECT a.x + 1 y FROM DUAL) b, LATERAL (SELECT a.x + b.y z FROM DUAL) c", "1|2|3"),
        Case.Query("LATERAL keeps the types", Sql("SELECT, LATERAL"), "SELECT l.* FROM (SELECT DATE '2024-01-31' d FROM DUAL) a, LATERAL (SELECT a.d + 1 d, 'é' t, HEXTORAW('00FF') r, CAST(NULL AS NUMBER) n FROM DUAL) l", "2024-02-01 00:00:00|é|00FF|null"),
        new Case("An inline view sees nothing beside it without LATERAL", Error(904)).Fails("SELECT 1 FROM (SELECT 1 x FROM DUAL) a, (SELECT a.x FROM DUAL) b", 904),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
