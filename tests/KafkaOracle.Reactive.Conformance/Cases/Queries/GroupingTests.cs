namespace KafkaOracle.Reactive.Conformance.Queries;

public sealed class GroupingTests(Target target) : CaseTests(target)
{
    private static readonly string Group = Sql("SELECT, group_by_clause");
    private static readonly string Pivots = Sql("SELECT, pivot_clause");
    private static readonly string Unpivots = Sql("SELECT, unpivot_clause");

    private const string T = "(SELECT 'a' g, 'x' h, 1 v FROM DUAL UNION ALL SELECT 'a', 'y', 2 FROM DUAL UNION ALL SELECT 'b', 'x', 4 FROM DUAL UNION ALL SELECT NULL, 'x', 8 FROM DUAL)";

    public static CaseList Cases { get; } = new("Grouping sets and pivots")
    {
        Case.Query("GROUPING tells a total from a group of NULLs", Sql("GROUPING"), $"SELECT g, SUM(v), GROUPING(g) FROM {T} GROUP BY ROLLUP(g) ORDER BY GROUPING(g), g", "a|3|0", "b|4|0", "null|8|0", "null|15|1"),
        Case.Query("ROLLUP drops expressions from the right", Group, $"SELECT g, h, SUM(v) FROM {T} WHERE g IS NOT NULL GROUP BY ROLLUP(g, h) ORDER BY g, h", "a|x|1", "a|y|2", "a|null|3", "b|x|4", "b|null|4", "null|null|7"),
        Case.Query("Composite columns roll up together", Group, $"SELECT COUNT(*) FROM (SELECT g, h FROM {T} WHERE g IS NOT NULL GROUP BY ROLLUP((g, h)))", "4"),
        Case.Query("CUBE makes every combination", Group, $"SELECT g, h, SUM(v), GROUPING_ID(g, h) FROM {T} WHERE g = 'a' GROUP BY CUBE(g, h) ORDER BY 4, 1, 2", "a|x|1|0", "a|y|2|0", "a|null|3|1", "null|x|1|2", "null|y|2|2", "null|null|3|3"),
        Case.Query("GROUPING SETS makes those named", Group, $"SELECT g, h, SUM(v) FROM {T} WHERE g IS NOT NULL GROUP BY GROUPING SETS (g, (h), ()) ORDER BY g, h", "a|null|3", "b|null|4", "null|x|5", "null|y|2", "null|null|7"),
        Case.Query("Sets beside an expression are combined with it", Group, $"SELECT g, h, SUM(v) FROM {T} WHERE g = 'a' GROUP BY g, ROLLUP(h) ORDER BY h", "a|x|1", "a|y|2", "a|null|3"),
        Case.Query("GROUP_ID numbers a set that is there twice", Sql("GROUP_ID"), $"SELECT g, SUM(v), GROUP_ID() FROM {T} WHERE g = 'a' GROUP BY GROUPING SETS (g, g) ORDER BY 3", "a|3|0", "a|3|1"),
        Case.Query("No rows have no total", Group, $"SELECT g, COUNT(*) FROM {T} WHERE v > 100 GROUP BY ROLLUP(g)"),
        Case.Query("The empty set groups all rows, when there are any", Group, $"SELECT COUNT(*) FROM {T} GROUP BY () UNION ALL SELECT COUNT(*) FROM {T} WHERE v > 100 GROUP BY ()", "4"),
        Case.Query("HAVING picks among totals", Group, $"SELECT g, SUM(v) FROM {T} GROUP BY ROLLUP(g) HAVING GROUPING(g) = 1 OR SUM(v) > 7 ORDER BY 2", "null|8", "null|15"),
        Case.Query("Expressions roll up as a whole", Group, $"SELECT UPPER(g) || '!', SUM(v) FROM {T} WHERE g IS NOT NULL GROUP BY ROLLUP(UPPER(g)) ORDER BY 2", "A!|3", "B!|4", "!|7"),
        Case.Query("Analytic functions see the totals", Group, $"SELECT g, SUM(v), RANK() OVER (ORDER BY SUM(v) DESC) FROM {T} WHERE g IS NOT NULL GROUP BY ROLLUP(g) ORDER BY 3", "null|7|1", "b|4|2", "a|3|3"),
        Case.Query("Joins roll up", Group, $"SELECT t.g, u.n, COUNT(*) FROM {T} t JOIN (SELECT 'a' g, 1 n FROM DUAL UNION ALL SELECT 'b', 1 FROM DUAL) u ON u.g = t.g GROUP BY ROLLUP(u.n, t.g) ORDER BY 1, 2", "a|1|2", "b|1|1", "null|1|3", "null|null|3"),
        Case.Query("A view rolls up in a view", Group, $"SELECT SUM(s) FROM (SELECT h, SUM(v) s FROM {T} GROUP BY ROLLUP(h))", "30"),
        new Case("ROWNUM outside of all sets is refused", Error(979)).Fails($"SELECT ROWNUM, GROUPING(g), COUNT(*) FROM {T} GROUP BY ROLLUP(g) ORDER BY 2", 979),
        new Case("A column outside of all sets is refused", Error(979)).Fails($"SELECT g, h FROM {T} GROUP BY ROLLUP(g)", 979),
        new Case("GROUPING needs a group", Error(30481)).Fails($"SELECT GROUPING(g) FROM {T}", 30481),
        Case.Query("An aggregate of aggregates is one row", Sql("Aggregate Functions"), $"SELECT MAX(SUM(v)), COUNT(COUNT(*)) FROM {T} GROUP BY g", "8|3"),
        Case.Query("HAVING comes before the outer aggregate", Sql("Aggregate Functions"), $"SELECT MAX(SUM(v)) FROM {T} GROUP BY g HAVING COUNT(*) > 1", "3"),
        new Case("Aggregates nest in groups only", Error(978)).Fails($"SELECT MAX(SUM(v)) FROM {T}", 978),
        new Case("Aggregates nest once only", Error(935)).Fails($"SELECT MAX(MAX(SUM(v))) FROM {T} GROUP BY g", 935),
        new Case("A column beside a nested aggregate is refused", Error(937)).Fails($"SELECT g, MAX(SUM(v)) FROM {T} GROUP BY g", 937),
        Case.Query("PIVOT groups by what it does not name", Pivots, $"SELECT * FROM {T} PIVOT (SUM(v) FOR h IN ('x' AS x, 'y' AS y)) ORDER BY g", "a|1|2", "b|4|null", "null|8|null"),
        Case.Query("PIVOT names columns by value and aggregate", Pivots, $"SELECT \"'x'_S\", \"'x'_N\" FROM (SELECT h, v FROM {T}) PIVOT (SUM(v) s, COUNT(v) n FOR h IN ('x'))", "13|3"),
        Case.Query("PIVOT counts 0 where there is nothing", Pivots, $"SELECT y FROM {T} PIVOT (COUNT(v) FOR h IN ('y' y)) ORDER BY g", "1", "0", "0"),
        Case.Query("PIVOT takes several columns", Pivots, $"SELECT * FROM {T} PIVOT (SUM(v) FOR (g, h) IN (('a', 'y') AS ay, ('b', 'x') AS bx))", "2|4"),
        Case.Query("A pivot is filtered and joined", Pivots, $"SELECT p.g, d.dummy FROM {T} PIVOT (MAX(v) FOR h IN ('x' AS x)) p, DUAL d WHERE p.x = 4", "b|X"),
        Case.Query("UNPIVOT leaves NULLs out unless told otherwise", Unpivots, "SELECT k, v FROM (SELECT 1 a, TO_NUMBER(NULL) b FROM DUAL) UNPIVOT (v FOR k IN (a, b)) UNION ALL SELECT k, v FROM (SELECT 1 a, TO_NUMBER(NULL) b FROM DUAL) UNPIVOT INCLUDE NULLS (v FOR k IN (b))", "A|1", "B|null"),
        Case.Query("UNPIVOT keeps the other columns and takes labels", Unpivots, "SELECT id, k, v FROM (SELECT 7 id, 1 a, 2 b FROM DUAL) UNPIVOT (v FOR k IN (a AS 'first', b AS 'second')) ORDER BY v", "7|first|1", "7|second|2"),
        Case.Query("UNPIVOT takes columns in groups", Unpivots, "SELECT k, v, w FROM (SELECT 1 a, 2 b, 3 c, 4 d FROM DUAL) UNPIVOT ((v, w) FOR k IN ((a, b) AS 'ab', (c, d) AS 'cd')) ORDER BY k", "ab|1|2", "cd|3|4"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
