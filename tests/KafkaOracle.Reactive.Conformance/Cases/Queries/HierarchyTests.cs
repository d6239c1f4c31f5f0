namespace KafkaOracle.Reactive.Conformance.Queries;

public sealed class HierarchyTests(Target target) : CaseTests(target)
{
    private static readonly string Connect = Sql("Hierarchical Queries");
    private static readonly string With = Sql("SELECT, subquery_factoring_clause, Recursive Subquery Factoring");

    /// <summary>1 King over 2 Blake and 3 Clark, 4 Allen below Blake; 5 and 6 are each other's boss.</summary>
    private const string E = "(SELECT 1 id, 'King' name, TO_NUMBER(NULL) boss FROM DUAL UNION ALL SELECT 2, 'Blake', 1 FROM DUAL UNION ALL SELECT 3, 'Clark', 1 FROM DUAL UNION ALL SELECT 4, 'Allen', 2 FROM DUAL UNION ALL SELECT 5, 'Ring', 6 FROM DUAL UNION ALL SELECT 6, 'Rang', 5 FROM DUAL)";

    public static CaseList Cases { get; } = new("Hierarchies")
    {
        Case.Query("A hierarchy is walked depth first, siblings in their order", Connect, $"SELECT LPAD('.', LEVEL, '.') || name FROM {E} START WITH boss IS NULL CONNECT BY PRIOR id = boss ORDER SIBLINGS BY name DESC", ".King", "..Clark", "..Blake", "...Allen"),
        Case.Query("A hierarchy is walked upwards", Connect, $"SELECT name FROM {E} START WITH id = 4 CONNECT BY id = PRIOR boss", "Allen", "Blake", "King"),
        Case.Query("Without START WITH every row is a root", Connect, $"SELECT COUNT(*) FROM {E} WHERE id < 5 CONNECT BY PRIOR id = boss AND id < 5", "8"),
        Case.Query("WHERE comes after the hierarchy", Connect, $"SELECT name FROM {E} WHERE LEVEL > 1 AND name <> 'Blake' START WITH id = 1 CONNECT BY PRIOR id = boss ORDER BY name", "Allen", "Clark"),
        Case.Query("A condition beside PRIOR cuts branches off", Connect, $"SELECT name FROM {E} START WITH id = 1 CONNECT BY PRIOR id = boss AND name <> 'Blake' ORDER BY name", "Clark", "King"),
        Case.Query("PRIOR shows the row above", Connect, $"SELECT name, PRIOR name FROM {E} START WITH id = 1 CONNECT BY PRIOR id = boss ORDER SIBLINGS BY id", "King|null", "Blake|King", "Allen|Blake", "Clark|King"),
        Case.Query("CONNECT_BY_ROOT shows the row at the top", Sql("CONNECT_BY_ROOT"), $"SELECT CONNECT_BY_ROOT name, COUNT(*) FROM {E} START WITH id IN (1, 2) CONNECT BY PRIOR id = boss GROUP BY CONNECT_BY_ROOT name ORDER BY 1", "Blake|2", "King|4"),
        Case.Query("CONNECT_BY_ISLEAF finds the ends", Sql("CONNECT_BY_ISLEAF Pseudocolumn"), $"SELECT name FROM {E} WHERE CONNECT_BY_ISLEAF = 1 START WITH id = 1 CONNECT BY PRIOR id = boss ORDER BY 1", "Allen", "Clark"),
        Case.Query("SYS_CONNECT_BY_PATH grows by level", Sql("SYS_CONNECT_BY_PATH"), $"SELECT LTRIM(SYS_CONNECT_BY_PATH(id, '-'), '-') FROM {E} START WITH id = 1 CONNECT BY PRIOR id = boss ORDER SIBLINGS BY id", "1", "1-2", "1-2-4", "1-3"),
        new Case("A circle is refused", Error(1436)).Fails($"SELECT id FROM {E} START WITH id = 5 CONNECT BY PRIOR id = boss", 1436, "CONNECT BY loop in user data*"),
        Case.Query("NOCYCLE goes round once", Sql("CONNECT_BY_ISCYCLE Pseudocolumn"), $"SELECT id, CONNECT_BY_ISCYCLE FROM {E} START WITH id = 5 CONNECT BY NOCYCLE PRIOR id = boss", "5|0", "6|1"),
        new Case("CONNECT_BY_ISCYCLE needs NOCYCLE", Error(30930)).Fails($"SELECT CONNECT_BY_ISCYCLE FROM {E} START WITH id = 1 CONNECT BY PRIOR id = boss", 30930),
        new Case("The separator of a path is in no value", Error(30004)).Fails($"SELECT SYS_CONNECT_BY_PATH(name, 'l') FROM {E} START WITH id = 1 CONNECT BY PRIOR id = boss", 30004),
        new Case("PRIOR needs CONNECT BY", Error(1788)).Fails($"SELECT PRIOR id FROM {E}", 1788),
        Case.Query("Joins come before the hierarchy", Connect, $"SELECT e.name, d.n FROM {E} e, (SELECT 1 id, 'x' n FROM DUAL UNION ALL SELECT 3, 'y' FROM DUAL) d WHERE e.id = d.id START WITH e.boss IS NULL CONNECT BY PRIOR e.id = e.boss", "King|x", "Clark|y"),
        Case.Query("A text is taken apart by CONNECT BY", Connect, "SELECT REGEXP_SUBSTR('a,b,c', '[^,]+', 1, LEVEL) FROM DUAL CONNECT BY REGEXP_SUBSTR('a,b,c', '[^,]+', 1, LEVEL) IS NOT NULL", "a", "b", "c"),
        Case.Query("Rows connect to every row without PRIOR", Connect, "SELECT COUNT(*) FROM (SELECT 1 a FROM DUAL UNION ALL SELECT 2 FROM DUAL) CONNECT BY LEVEL <= 3", "14"),
        Case.Query("ROWNUM counts along the walk", Connect, $"SELECT ROWNUM, name FROM {E} START WITH id = 1 CONNECT BY PRIOR id = boss ORDER SIBLINGS BY id", "1|King", "2|Blake", "3|Allen", "4|Clark"),
        Case.Query("A recursive WITH counts", With, "WITH n (x) AS (SELECT 1 FROM DUAL UNION ALL SELECT x + 1 FROM n WHERE x < 1000) SELECT COUNT(*), SUM(x) FROM n", "1000|500500"),
        Case.Query("A recursive WITH joins and is joined", With, $"WITH r (id, name, path) AS (SELECT id, name, name FROM {E} WHERE boss IS NULL UNION ALL SELECT e.id, e.name, r.path || '/' || e.name FROM r JOIN {E} e ON e.boss = r.id) SELECT r.path FROM r JOIN DUAL ON r.id > 1 ORDER BY 1", "King/Blake", "King/Blake/Allen", "King/Clark"),
        Case.Query("SEARCH DEPTH FIRST numbers a walk", With, $"WITH r (id, name) AS (SELECT id, name FROM {E} WHERE boss IS NULL UNION ALL SELECT e.id, e.name FROM {E} e, r WHERE e.boss = r.id) SEARCH DEPTH FIRST BY name SET o SELECT name, o FROM r ORDER BY o", "King|1", "Blake|2", "Allen|3", "Clark|4"),
        Case.Query("SEARCH BREADTH FIRST numbers levels", With, $"WITH r (id, name) AS (SELECT id, name FROM {E} WHERE boss IS NULL UNION ALL SELECT e.id, e.name FROM {E} e, r WHERE e.boss = r.id) SEARCH BREADTH FIRST BY name DESC SET o SELECT name FROM r ORDER BY o", "King", "Clark", "Blake", "Allen"),
        Case.Query("CYCLE marks the row that closes a circle", With, $"WITH r (id) AS (SELECT id FROM {E} WHERE id = 5 UNION ALL SELECT e.id FROM {E} e JOIN r ON e.boss = r.id) CYCLE id SET c TO 'Y' DEFAULT 'N' SELECT id, c FROM r ORDER BY 2, 1", "5|N", "6|N", "5|Y"),
        new Case("A circle without CYCLE is refused", Error(32044)).Fails($"WITH r (id) AS (SELECT id FROM {E} WHERE id = 5 UNION ALL SELECT e.id FROM {E} e JOIN r ON e.boss = r.id) SELECT id FROM r", 32044),
        new Case("A recursive WITH names its columns", Error(32039)).Fails("WITH r AS (SELECT 1 x FROM DUAL UNION ALL SELECT x + 1 FROM r WHERE x < 3) SELECT * FROM r", 32039),
        new Case("A recursive WITH is a UNION ALL", Error(32040)).Fails("WITH r (x) AS (SELECT 1 FROM DUAL UNION SELECT x + 1 FROM r WHERE x < 3) SELECT * FROM r", 32040),
        Case.Query("A recursive WITH of no first rows has none", With, "WITH r (x) AS (SELECT 1 FROM DUAL WHERE 1 = 0 UNION ALL SELECT x + 1 FROM r) SELECT COUNT(*) FROM r", "0"),
        new Case("INSERT takes a recursive WITH", With)
            .Run("CREATE TABLE {t} (x NUMBER)")
            .Affects(3, "INSERT INTO {t} WITH r (x) AS (SELECT 1 FROM DUAL UNION ALL SELECT x * 2 FROM r WHERE x < 4) SELECT x FROM r")
            .Rows("SELECT x FROM {t} ORDER BY x", "1", "2", "4"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
