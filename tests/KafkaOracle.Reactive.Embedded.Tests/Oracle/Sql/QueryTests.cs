namespace KafkaOracle.Reactive.Embedded.Tests.Oracle.Sql;

/// <summary>Joins, ROWNUM, analytic functions, aggregates and conditions over one small table.</summary>
public sealed class QueryTests(QueryTests.Tables tables) : IClassFixture<QueryTests.Tables>
{
    /// <summary>Employees and departments; LONER has no department and ADMIN nobody.</summary>
    public sealed class Tables : IDisposable
    {
        public Tables()
        {
            Oracle.Run("CREATE TABLE EMP (ID NUMBER PRIMARY KEY, NAME VARCHAR2(10), DEPT NUMBER, SALARY NUMBER(8,2), CODE CHAR(4))");
            Oracle.Run("CREATE TABLE DEPT (ID NUMBER PRIMARY KEY, NAME VARCHAR2(10))");
            Oracle.Run("""
                INSERT ALL INTO DEPT VALUES (10, 'SALES') INTO DEPT VALUES (20, 'IT') INTO DEPT VALUES (30, 'ADMIN')
                INTO EMP VALUES (1, 'ANN', 10, 100, 'a') INTO EMP VALUES (2, 'BOB', 10, 200, 'b') INTO EMP VALUES (3, 'CID', 20, 200, 'a')
                INTO EMP VALUES (4, 'DAN', 20, 400, NULL) INTO EMP VALUES (5, 'LONER', NULL, NULL, 'e') SELECT 1 FROM DUAL
                """);
        }

        public SharedOracle Oracle { get; } = new();

        public void Dispose() => Oracle.Dispose();
    }

    [Theory]
    [InlineData("SELECT e.NAME, d.NAME FROM EMP e, DEPT d WHERE e.DEPT = d.ID(+) AND e.ID > 3 ORDER BY 1", "DAN,IT|LONER,")]
    [InlineData("SELECT d.NAME, COUNT(e.ID) FROM EMP e, DEPT d WHERE e.DEPT(+) = d.ID AND e.SALARY(+) > 150 GROUP BY d.NAME ORDER BY 1", "ADMIN,0|IT,2|SALES,1")]
    [InlineData("SELECT COUNT(*) FROM EMP NATURAL JOIN (SELECT 1 ID FROM DUAL)", "1")]
    [InlineData("SELECT NAME FROM EMP FULL JOIN (SELECT 9 ID, 'x' Z FROM DUAL) USING (ID) WHERE ID = 9", "")]
    [InlineData("SELECT ID FROM EMP RIGHT JOIN (SELECT 9 ID FROM DUAL) USING (ID)", "9")]
    [InlineData("SELECT d.NAME FROM DEPT d WHERE d.ID > ALL (SELECT DEPT FROM EMP WHERE DEPT IS NOT NULL)", "ADMIN")]
    [InlineData("SELECT NAME FROM EMP WHERE SALARY = ANY (100, 400) ORDER BY 1", "ANN|DAN")]
    [InlineData("SELECT NAME FROM EMP WHERE SALARY > ALL (SELECT SALARY FROM EMP)", null)]
    [InlineData("SELECT DEPT, SUM(SALARY) AS SALARY FROM EMP WHERE DEPT > 0 GROUP BY DEPT ORDER BY SUM(SALARY) DESC", "20,600|10,300")]
    [InlineData("SELECT NAME FROM EMP WHERE (DEPT, SALARY) = (SELECT 20, 200 FROM DUAL)", "CID")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE CODE = 'a'", "2")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE CODE = RPAD('a', 2)", "0")]
    [InlineData("SELECT LENGTH(CODE) FROM EMP WHERE ID = 1", "4")]
    [InlineData("SELECT COUNT(*) FROM DUAL WHERE 'a ' = 'a'", "1")]
    [InlineData("SELECT NAME FROM EMP WHERE LNNVL(SALARY <> 200) ORDER BY 1", "BOB|CID|LONER")]
    [InlineData("SELECT NAME FROM EMP WHERE NOT (SALARY > 150) ORDER BY 1", "ANN")]
    [InlineData("SELECT NAME FROM EMP WHERE NAME LIKE '_O%' ESCAPE '\\'", "BOB|LONER")]
    public void Selects(string sql, string? rows) => tables.Oracle.Rows(sql).Should().Equal(rows?.Split('|') ?? []);

    [Theory]
    [InlineData("SELECT NAME FROM (SELECT NAME FROM EMP ORDER BY SALARY DESC NULLS LAST, ID) WHERE ROWNUM <= 2", "DAN|BOB")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE ROWNUM <= 3", "3")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE ROWNUM > 1", "0")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE ROWNUM >= 1", "5")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE ROWNUM = 2", "0")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE 3 > ROWNUM", "2")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE ROWNUM BETWEEN 1 AND 4 AND DEPT = 10", "2")]
    [InlineData("SELECT COUNT(*) FROM EMP WHERE ROWNUM BETWEEN 2 AND 4", "0")]
    [InlineData("SELECT ROWNUM, NAME FROM EMP WHERE DEPT = 20 ORDER BY NAME DESC", "2,DAN|1,CID")]
    [InlineData("SELECT DEPT, MAX(ROWNUM) FROM EMP WHERE ROWNUM < 4 GROUP BY DEPT ORDER BY 1", "10,2|20,3")]
    [InlineData("SELECT DISTINCT DEPT FROM EMP WHERE ROWNUM <= 2", "10")]
    [InlineData("SELECT LEVEL, ROWNUM FROM DUAL CONNECT BY LEVEL <= 2", "1,1|2,2")]
    [InlineData("SELECT SUM(LEVEL) FROM DUAL CONNECT BY LEVEL <= 100", "5050")]
    public void Counts_rows_as_ROWNUM_does(string sql, string rows) => tables.Oracle.Rows(sql).Should().Equal(rows.Split('|'));

    [Theory]
    [InlineData("SELECT ID, SUM(SALARY) OVER (PARTITION BY DEPT ORDER BY ID) FROM EMP ORDER BY ID", "1,100|2,300|3,200|4,600|5,")]
    [InlineData("SELECT ID, AVG(SALARY) OVER (ORDER BY ID ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM EMP ORDER BY ID", "1,100|2,150|3,200|4,300|5,400")]
    [InlineData("SELECT ID, SUM(SALARY) OVER () FROM EMP WHERE ID < 3 ORDER BY ID", "1,300|2,300")]
    [InlineData("SELECT ID, RANK() OVER (ORDER BY SALARY), DENSE_RANK() OVER (ORDER BY SALARY), NTILE(2) OVER (ORDER BY ID) FROM EMP WHERE ID < 5 ORDER BY ID", "1,1,1,1|2,2,2,1|3,2,2,2|4,4,3,2")]
    [InlineData("SELECT ID, LAG(NAME) OVER (ORDER BY ID), LEAD(NAME, 2, 'none') OVER (ORDER BY ID) FROM EMP WHERE ID < 4 ORDER BY ID", "1,,CID|2,ANN,none|3,BOB,none")]
    [InlineData("SELECT ID, FIRST_VALUE(NAME) OVER (PARTITION BY DEPT ORDER BY SALARY DESC), LAST_VALUE(NAME) OVER (PARTITION BY DEPT ORDER BY SALARY DESC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM EMP WHERE DEPT = 20 ORDER BY ID", "3,DAN,CID|4,DAN,CID")]
    [InlineData("SELECT N, LEAD(N, 1, -1234567) OVER (ORDER BY N) FROM (SELECT 1 N FROM DUAL UNION ALL SELECT 2 FROM DUAL) ORDER BY N", "1,2|2,-1234567")]
    [InlineData("SELECT ID, PERCENT_RANK() OVER (ORDER BY ID), CUME_DIST() OVER (ORDER BY ID) FROM EMP ORDER BY ID", "1,0,0.2|2,0.25,0.4|3,0.5,0.6|4,0.75,0.8|5,1,1")]
    [InlineData("SELECT ID, RATIO_TO_REPORT(SALARY) OVER () FROM EMP WHERE DEPT = 20 ORDER BY ID", "3,0.3333333333333333333333333333333333333333|4,0.6666666666666666666666666666666666666667")]
    [InlineData("SELECT DEPT, RANK() OVER (ORDER BY SUM(SALARY) DESC) FROM EMP WHERE DEPT IS NOT NULL GROUP BY DEPT ORDER BY DEPT", "10,2|20,1")]
    public void Looks_through_windows(string sql, string rows) => tables.Oracle.Rows(sql).Should().Equal(rows.Split('|'));

    [Theory]
    [InlineData("SELECT COUNT(*), COUNT(SALARY), COUNT(DISTINCT SALARY), SUM(DISTINCT SALARY) FROM EMP", "5,4,3,700")]
    [InlineData("SELECT MEDIAN(SALARY), VARIANCE(SALARY), VAR_POP(SALARY), STDDEV_SAMP(ID) FROM EMP WHERE ID IN (1, 2, 4)", "200,23333.3333333333333333333333333333333333,15555.5555555555555555555555555555555556,1.52752523165194666886268239790933616299")]
    [InlineData("SELECT STDDEV(ID), STDDEV_SAMP(ID), SUM(SALARY) FROM EMP WHERE ID = 5", "0,,")]
    [InlineData("SELECT LISTAGG(NAME, ', ') WITHIN GROUP (ORDER BY ID DESC) FROM EMP WHERE DEPT = 10", "BOB, ANN")]
    [InlineData("SELECT LISTAGG(DISTINCT SALARY, '/') WITHIN GROUP (ORDER BY SALARY) FROM EMP", "100/200/400")]
    [InlineData("SELECT DEPT FROM EMP GROUP BY DEPT HAVING COUNT(*) > 1 AND SUM(SALARY) > 300 ORDER BY SUM(SALARY)", "20")]
    [InlineData("SELECT CASE WHEN SALARY > 150 THEN 'high' ELSE 'low' END K, COUNT(*) FROM EMP GROUP BY CASE WHEN SALARY > 150 THEN 'high' ELSE 'low' END ORDER BY K", "high,3|low,2")]
    [InlineData("SELECT NAME N FROM EMP WHERE ID < 4 ORDER BY UPPER(N) DESC", "CID|BOB|ANN")]
    [InlineData("SELECT DEPT FROM EMP MINUS SELECT 10 FROM DUAL ORDER BY 1", "20|")]
    [InlineData("SELECT NAME FROM EMP ORDER BY SALARY DESC FETCH FIRST ROW ONLY", "LONER")]
    [InlineData("WITH a AS (SELECT 1 X FROM DUAL), b (Y) AS (SELECT X + 1 FROM a) SELECT X, Y FROM a, b", "1,2")]
    public void Aggregates(string sql, string rows) => tables.Oracle.Rows(sql).Should().Equal(rows.Split('|'));

    [Theory]
    [InlineData("SELECT NAME FROM EMP FETCH FIRST '' ROWS ONLY")]
    [InlineData("SELECT NAME FROM EMP ORDER BY ID FETCH FIRST NULL PERCENT ROWS WITH TIES")]
    [InlineData("SELECT NAME FROM EMP WHERE ROWNUM <= NULL")]
    [InlineData("SELECT NAME FROM EMP WHERE ROWNUM < ''")]
    [InlineData("SELECT NAME FROM EMP WHERE ROWNUM BETWEEN 1 AND NULL")]
    public void Limits_to_no_rows_by_NULL(string sql) => tables.Oracle.Rows(sql).Should().BeEmpty();

    [Theory]
    [InlineData("SELECT NAME FROM EMP WHERE COUNT(*) > 1", "ORA-00934: group function is not allowed here")]
    [InlineData("SELECT NAME FROM EMP WHERE ROW_NUMBER() OVER (ORDER BY ID) = 1", "ORA-30483: window functions are not allowed here")]
    [InlineData("SELECT ROW_NUMBER() FROM EMP", "ORA-30484: missing window specification for this function")]
    [InlineData("SELECT DISTINCT NAME FROM EMP ORDER BY SALARY", "ORA-01791: not a SELECTed expression")]
    [InlineData("SELECT NAME, ID FROM EMP UNION SELECT NAME FROM DEPT", "ORA-01789: query block has incorrect number of result columns")]
    [InlineData("SELECT NAME FROM EMP UNION SELECT ID FROM DEPT", "ORA-01790: expression must have same datatype as corresponding expression")]
    [InlineData("SELECT ID FROM EMP, DEPT", "ORA-00918: column ambiguously defined")]
    [InlineData("SELECT NAME FROM EMP ORDER BY 3", "ORA-01785: ORDER BY item must be the number of a SELECT-list expression")]
    [InlineData("SELECT *, ID FROM EMP", "ORA-00923: FROM keyword not found where expected")]
    [InlineData("SELECT NAME FROM EMP WHERE ID", "ORA-00920: invalid relational operator")]
    [InlineData("SELECT NAME FROM EMP WHERE ID IN ()", "ORA-00936: missing expression")]
    [InlineData("SELECT e.NAME FROM EMP e, DEPT d WHERE e.DEPT(+) = d.ID(+)", "ORA-01468: a predicate may reference only one outer-joined table")]
    [InlineData("SELECT e.NAME FROM EMP e JOIN DEPT d ON 1 = 1 WHERE e.DEPT = d.ID(+)", "ORA-25156: old style outer join (+) cannot be used with ANSI joins")]
    [InlineData("SELECT NAME FROM EMP WHERE ROWNUM = 1 OR ID = 2", "ORA-00900: invalid SQL statement: the embedded server does not support ROWNUM in this condition")]
    [InlineData("SELECT SUM(SALARY) OVER (ORDER BY SALARY RANGE ID PRECEDING) FROM EMP", "ORA-00900: invalid SQL statement: the embedded server does not support RANGE by this distance")]
    [InlineData("SELECT COUNT(*), MAX(SUM(SALARY)) FROM EMP GROUP BY DEPT", "ORA-00900: invalid SQL statement: the embedded server does not support aggregates of rows beside aggregates of aggregates")]
    [InlineData("SELECT LISTAGG(NAME) KEEP (DENSE_RANK LAST ORDER BY SALARY) FROM EMP", "ORA-00900: invalid SQL statement: the embedded server does not support LISTAGG with KEEP")]
    [InlineData("SELECT (SELECT SUM(e.SALARY) FROM DEPT) FROM EMP e", "ORA-00900: invalid SQL statement: the embedded server does not support an aggregate of nothing but an outer query's columns")]
    [InlineData("SELECT MAX(NAME) KEEP (DENSE_RANK FIRST ORDER BY COUNT(*)) FROM EMP", "ORA-00978: nested group function without GROUP BY")]
    [InlineData("SELECT * FROM EMP PIVOT (COUNT() FOR ID IN (1))", "ORA-00909: invalid number of arguments")]
    [InlineData("SELECT x.NAME FROM EMP e", "ORA-00904: \"X\".\"NAME\": invalid identifier")]
    [InlineData("SELECT NAME FROM EMP FOR UPDATE FETCH FIRST 1 ROW ONLY", "ORA-00933: SQL command not properly ended")]
    [InlineData("SELECT A23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 FROM EMP", "ORA-00972: identifier is too long")]
    [InlineData("SELECT '1' || FROM EMP", "ORA-00936: missing expression")]
    public void Refuses(string sql, string error) => tables.Oracle.Error(sql).Should().Be(error);
}
