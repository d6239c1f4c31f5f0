namespace KafkaOracle.Reactive.Conformance.Queries;

public sealed class SelectTests(Target target) : CaseTests(target)
{
    private static readonly string Joins = Sql("Joins");
    private static readonly string Sets = Sql("The Set Operators");
    private static readonly string Subqueries = Sql("Using Subqueries");
    private static readonly string Grouping = Sql("SELECT, group_by_clause");
    private static readonly string Order = Sql("SELECT, order_by_clause");
    private static readonly string Limit = Sql("SELECT, row_limiting_clause");
    private static readonly string Rownum = Sql("Pseudocolumns, ROWNUM Pseudocolumn");

    private const string E = "(SELECT 1 id, 'King' name, NULL boss, 10 dept, 5000 pay FROM DUAL UNION ALL SELECT 2, 'Blake', 1, 30, 2850 FROM DUAL UNION ALL SELECT 3, 'Clark', 1, 10, 2450 FROM DUAL UNION ALL SELECT 4, 'Allen', 2, 30, 1600 FROM DUAL UNION ALL SELECT 5, 'Adams', 3, 50, 1600 FROM DUAL) e";
    private const string D = "(SELECT 10 dept, 'Accounting' title FROM DUAL UNION ALL SELECT 30, 'Sales' FROM DUAL UNION ALL SELECT 40, 'Operations' FROM DUAL) d";

    public static CaseList Cases { get; } = new("Queries")
    {
        Case.Query("DUAL has one row", Sql("Selecting from the DUAL Table"), "SELECT * FROM DUAL", "X"),
        Case.Query("An inner join keeps what matches", Joins, $"SELECT e.name, d.title FROM {E} JOIN {D} ON e.dept = d.dept ORDER BY e.id", "King|Accounting", "Blake|Sales", "Clark|Accounting", "Allen|Sales"),
        Case.Query("A left join keeps the left side", Joins, $"SELECT e.name, d.title FROM {E} LEFT OUTER JOIN {D} ON e.dept = d.dept WHERE e.id >= 4 ORDER BY e.id", "Allen|Sales", "Adams|null"),
        Case.Query("A right join keeps the right side", Joins, $"SELECT COUNT(e.id), d.title FROM {E} RIGHT JOIN {D} ON e.dept = d.dept GROUP BY d.title ORDER BY d.title", "2|Accounting", "0|Operations", "2|Sales"),
        Case.Query("A full join keeps both", Joins, $"SELECT e.name, d.title FROM {E} FULL JOIN {D} ON e.dept = d.dept WHERE e.id IS NULL OR d.dept IS NULL ORDER BY 1", "Adams|null", "null|Operations"),
        Case.Query("A join USING merges its column", Joins, $"SELECT dept, name FROM {E} JOIN {D} USING (dept) WHERE name = 'King'", "10|King"),
        Case.Query("A natural join takes the columns of the same name", Joins, $"SELECT dept, title FROM {E} NATURAL JOIN {D} WHERE id = 2", "30|Sales"),
        Case.Query("A cross join takes all pairs", Joins, $"SELECT COUNT(*) FROM {E} CROSS JOIN {D}", "15"),
        Case.Query("Oracle's outer join operator keeps the other side", Sql("Joins, Outer Joins"), $"SELECT e.name, d.title FROM {E}, {D} WHERE e.dept = d.dept(+) AND e.id > 3 ORDER BY e.id", "Allen|Sales", "Adams|null"),
        Case.Query("A table joins itself", Joins, $"SELECT e.name, b.name FROM {E} JOIN {E.Replace(") e", ") b")} ON e.boss = b.id ORDER BY e.id", "Blake|King", "Clark|King", "Allen|Blake", "Adams|Clark"),
        Case.Query("EXISTS looks for a row", Sql("EXISTS Condition"), $"SELECT d.title FROM {D} WHERE NOT EXISTS (SELECT 1 FROM {E} WHERE e.dept = d.dept)", "Operations"),
        Case.Query("A scalar subquery of no row is NULL", Subqueries, $"SELECT (SELECT name FROM {E} WHERE id = 99), (SELECT name FROM {E} WHERE id = 1) FROM DUAL", "null|King"),
        Case.Query("A correlated subquery sees the outer row", Subqueries, $"SELECT name FROM {E} WHERE pay > (SELECT AVG(pay) FROM {E.Replace(") e", ") i")} WHERE i.dept = e.dept) ORDER BY name", "Blake", "King"),
        Case.Query("ANY and ALL compare with a set", Sql("Group Comparison Conditions"), $"SELECT COUNT(CASE WHEN pay >= ALL (SELECT pay FROM {E}) THEN 1 END), COUNT(CASE WHEN pay > ANY (SELECT pay FROM {E}) THEN 1 END) FROM {E}", "1|3"),
        Case.Query("IN compares several columns", Sql("IN Condition"), $"SELECT name FROM {E} WHERE (dept, pay) IN ((10, 2450), (30, 1600)) ORDER BY name", "Allen", "Clark"),
        Case.Query("IN compares several columns with a subquery", Sql("IN Condition"), $"SELECT name FROM {E} WHERE (dept, pay) IN (SELECT dept, MAX(pay) FROM {E} GROUP BY dept) ORDER BY name", "Adams", "Blake", "King"),
        Case.Query("WITH names a query", Sql("SELECT, subquery_factoring_clause"), "WITH a AS (SELECT 1 n FROM DUAL), b AS (SELECT n + 1 n FROM a) SELECT a.n, b.n FROM a, b", "1|2"),
        Case.Query("A recursive WITH follows a tree", Sql("SELECT, subquery_factoring_clause, Recursive Subquery Factoring"), $"WITH r (id, name, depth) AS (SELECT id, name, 1 FROM {E} WHERE boss IS NULL UNION ALL SELECT e.id, e.name, r.depth + 1 FROM r JOIN {E} ON e.boss = r.id) SELECT name, depth FROM r ORDER BY depth, name", "King|1", "Blake|2", "Clark|2", "Adams|3", "Allen|3"),
        Case.Query("CONNECT BY follows a tree", Sql("Hierarchical Queries"), $"SELECT LEVEL, name FROM {E} START WITH boss IS NULL CONNECT BY PRIOR id = boss ORDER SIBLINGS BY name", "1|King", "2|Blake", "3|Allen", "2|Clark", "3|Adams"),
        Case.Query("CONNECT BY makes rows", Sql("Hierarchical Queries"), "SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 3", "1", "2", "3"),
        Case.Query("SYS_CONNECT_BY_PATH shows the way", Sql("SYS_CONNECT_BY_PATH"), $"SELECT SYS_CONNECT_BY_PATH(name, '/') FROM {E} WHERE id = 4 START WITH boss IS NULL CONNECT BY PRIOR id = boss", "/King/Blake/Allen"),
        Case.Query("UNION drops duplicates, UNION ALL does not", Sets, "SELECT COUNT(*) FROM (SELECT 1 n FROM DUAL UNION SELECT 1 FROM DUAL UNION ALL SELECT 1 FROM DUAL)", "2"),
        Case.Query("MINUS takes away, INTERSECT keeps the common", Sets, $"SELECT dept FROM {E} MINUS SELECT dept FROM {D}", "50"),
        Case.Query("Parentheses order set operators", Sets, $"(SELECT dept FROM {E} INTERSECT SELECT dept FROM {D}) UNION ALL (SELECT dept FROM {D} MINUS SELECT dept FROM {E}) ORDER BY 1", "10", "30", "40"),
        Case.Query("Set operators take the names of the first query", Sets, "SELECT first FROM (SELECT 1 first FROM DUAL UNION SELECT 2 second FROM DUAL) ORDER BY first DESC", "2", "1"),
        new Case("Queries of a set have as many columns", Error(1789)).Fails("SELECT 1 FROM DUAL UNION SELECT 1, 2 FROM DUAL", 1789, "query block has incorrect number of result columns*"),
        new Case("Queries of a set have the same types", Error(1790)).Fails("SELECT 1 FROM DUAL UNION SELECT 'a' FROM DUAL", 1790, "expression must have same datatype as corresponding expression*"),
        Case.Query("GROUP BY groups, HAVING picks", Grouping, $"SELECT dept, COUNT(*), SUM(pay) FROM {E} GROUP BY dept HAVING COUNT(*) > 1 ORDER BY dept", "10|2|7450", "30|2|4450"),
        Case.Query("GROUP BY takes expressions", Grouping, $"SELECT SUBSTR(name, 1, 1), COUNT(*) FROM {E} GROUP BY SUBSTR(name, 1, 1) ORDER BY 1", "A|2", "B|1", "C|1", "K|1"),
        Case.Query("ROLLUP adds totals", Grouping, $"SELECT dept, SUM(pay), GROUPING(dept) FROM {E} GROUP BY ROLLUP(dept) ORDER BY dept", "10|7450|0", "30|4450|0", "50|1600|0", "null|13500|1"),
        Case.Query("CUBE and GROUPING SETS add every total", Grouping, $"SELECT COUNT(*) FROM (SELECT dept, boss, SUM(pay) FROM {E} GROUP BY CUBE(dept, boss) UNION ALL SELECT dept, NULL, SUM(pay) FROM {E} GROUP BY GROUPING SETS (dept, ()))", "17"),
        Case.Query("HAVING without GROUP BY judges the whole", Grouping, $"SELECT MAX(pay) FROM {E} HAVING COUNT(*) > 100"),
        Case.Query("DISTINCT compares whole rows", Sql("SELECT, DISTINCT"), $"SELECT DISTINCT dept, pay FROM {E} WHERE pay = 1600 ORDER BY dept", "30|1600", "50|1600"),
        Case.Query("COUNT takes DISTINCT", Sql("COUNT"), $"SELECT COUNT(DISTINCT pay), COUNT(boss) FROM {E}", "4|4"),
        Case.Query("ORDER BY takes positions, aliases and expressions", Order, $"SELECT name, pay * -1 AS neg FROM {E} ORDER BY neg, 1 DESC, LENGTH(name)", "King|-5000", "Blake|-2850", "Clark|-2450", "Allen|-1600", "Adams|-1600"),
        new Case("ORDER BY of a position that is not there is refused", Error(1785)).Fails("SELECT 1 FROM DUAL ORDER BY 2", 1785),
        Case.Query("ROWNUM counts rows before they are sorted", Rownum, $"SELECT name FROM (SELECT name FROM {E} ORDER BY pay DESC) WHERE ROWNUM <= 2", "King", "Blake"),
        Case.Query("ROWNUM is never above 1 at first", Rownum, $"SELECT COUNT(*) FROM {E} WHERE ROWNUM > 1", "0"),
        Case.Query("ROWNUM = 1 takes one row", Rownum, $"SELECT COUNT(*) FROM (SELECT * FROM {E} WHERE dept = 30 AND ROWNUM = 1)", "1"),
        Case.Query("A page by ROWNUM", Rownum, $"SELECT name FROM (SELECT q.name, ROWNUM r FROM (SELECT name FROM {E} ORDER BY id) q WHERE ROWNUM <= 3) WHERE r > 1", "Blake", "Clark"),
        Case.Query("OFFSET and FETCH take a page", Limit, $"SELECT name FROM {E} ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY", "Blake", "Clark"),
        Case.Query("FETCH WITH TIES takes the equals of the last row", Limit, $"SELECT name FROM {E} ORDER BY pay FETCH FIRST 1 ROW WITH TIES", "Allen", "Adams"),
        Case.Query("FETCH takes a share of the rows", Limit, $"SELECT name FROM {E} ORDER BY id FETCH FIRST 40 PERCENT ROWS ONLY", "King", "Blake"),
        Case.Query("An OFFSET beyond the end leaves nothing", Limit, $"SELECT name FROM {E} ORDER BY id OFFSET 10 ROWS"),
        Case.Query("An inline view takes correlation with LATERAL", Sql("SELECT, LATERAL"), $"SELECT d.title, l.n FROM {D}, LATERAL (SELECT COUNT(*) n FROM {E} WHERE e.dept = d.dept) l ORDER BY d.dept", "Accounting|2", "Sales|2", "Operations|0"),
        Case.Query("CROSS APPLY and OUTER APPLY take correlation", Sql("SELECT, cross_outer_apply_clause"), $"SELECT d.title, a.name FROM {D} OUTER APPLY (SELECT name FROM {E} WHERE e.dept = d.dept ORDER BY pay DESC FETCH FIRST 1 ROW ONLY) a ORDER BY d.dept", "Accounting|King", "Sales|Blake", "Operations|null"),
        Case.Query("PIVOT turns rows into columns", Sql("SELECT, pivot_clause"), $"SELECT * FROM (SELECT dept, pay FROM {E}) PIVOT (SUM(pay) FOR dept IN (10 AS ten, 30 AS thirty))", "7450|4450"),
        Case.Query("UNPIVOT turns columns into rows", Sql("SELECT, unpivot_clause"), "SELECT k, v FROM (SELECT 1 a, 2 b FROM DUAL) UNPIVOT (v FOR k IN (a, b)) ORDER BY k", "A|1", "B|2"),
        Case.Query("Comments and hints change nothing", Sql("Comments"), "SELECT /*+ FULL(d) */ dummy -- a comment\n FROM /* another */ DUAL d", "X"),
        Case.Query("Quoted names keep their case", Sql("Database Object Names and Qualifiers"), "SELECT \"a b\", \"C\" FROM (SELECT 1 \"a b\", 2 c FROM DUAL)", "1|2"),
        Case.Query("Names ignore case", Sql("Database Object Names and Qualifiers"), "select Dummy from dual where DUMMY = 'X'", "X"),
        Case.Query("AND binds closer than OR", Sql("Conditions, Condition Precedence"), "SELECT COUNT(*) FROM DUAL WHERE 1 = 1 OR 1 = 2 AND 1 = 3", "1"),
        Case.Query("Inequality has three forms", Sql("Comparison Conditions"), "SELECT COUNT(*) FROM DUAL WHERE 1 <> 2 AND 1 != 2 AND 1 ^= 2", "1"),
        Case.Query("A star can stand beside columns", Sql("SELECT, select_list"), "SELECT d.*, 1 FROM DUAL d", "X|1"),
        new Case("Sizes of results do not matter", Driver("OracleCommand Class, FetchSize"))
            .Do(s =>
            {
                using var command = s.Command("SELECT LEVEL, RPAD('x', 100, 'x') FROM DUAL CONNECT BY LEVEL <= 20000");
                command.FetchSize = 4096;
                using var reader = command.ExecuteReader();
                var n = 0;
                while (reader.Read()) reader.GetInt32(0).Should().Be(++n);
                n.Should().Be(20_000);
            }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
