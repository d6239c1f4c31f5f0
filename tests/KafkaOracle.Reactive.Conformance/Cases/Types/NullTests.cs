namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class NullTests(Target target) : CaseTests(target)
{
    private static readonly string Nulls = Sql("Nulls");
    private static readonly string Conditions = Sql("Nulls, Nulls in Conditions");
    private const string Three = "(SELECT 1 n FROM DUAL UNION ALL SELECT NULL FROM DUAL UNION ALL SELECT 3 FROM DUAL)";

    public static CaseList Cases { get; } = new("NULL")
    {
        Case.Query("NULL is neither equal nor unequal to NULL", Conditions, "SELECT COUNT(CASE WHEN NULL = NULL THEN 1 END), COUNT(CASE WHEN NULL <> NULL THEN 1 END), COUNT(CASE WHEN NULL IS NULL THEN 1 END) FROM DUAL", "0|0|1"),
        Case.Query("NOT IN with a NULL in its list finds nothing", Sql("IN Condition"), $"SELECT COUNT(*) FROM DUAL WHERE 2 NOT IN (SELECT n FROM {Three})", "0"),
        Case.Query("IN with a NULL in its list finds what is there", Sql("IN Condition"), $"SELECT COUNT(*) FROM DUAL WHERE 3 IN (SELECT n FROM {Three})", "1"),
        Case.Query("NOT of an unknown condition is unknown", Sql("Logical Conditions"), "SELECT COUNT(*) FROM DUAL WHERE NOT (1 = NULL)", "0"),
        Case.Query("OR is true when one side is", Sql("Logical Conditions"), "SELECT COUNT(*) FROM DUAL WHERE 1 = NULL OR 1 = 1", "1"),
        Case.Query("Arithmetic with NULL is NULL", Nulls, "SELECT 1 + NULL, NULL * 0, NULL / 0 FROM DUAL", "null|null|null"),
        Case.Query("NULL sorts last", Sql("SELECT, order_by_clause"), $"SELECT n FROM {Three} ORDER BY n", "1", "3", "null"),
        Case.Query("Descending order begins with NULL", Sql("SELECT, order_by_clause"), $"SELECT n FROM {Three} ORDER BY n DESC", "null", "3", "1"),
        Case.Query("NULLS FIRST and NULLS LAST turn that around", Sql("SELECT, order_by_clause"), $"SELECT n FROM {Three} ORDER BY n DESC NULLS LAST", "3", "1", "null"),
        Case.Query("Aggregates leave NULL out", Sql("Aggregate Functions"), $"SELECT COUNT(*), COUNT(n), SUM(n), AVG(n), MIN(n), MAX(n) FROM {Three}", "3|2|4|2|1|3"),
        Case.Query("Aggregates of no rows are NULL, a count is 0", Sql("Aggregate Functions"), $"SELECT COUNT(n), SUM(n), MAX(n), AVG(n) FROM {Three} WHERE n > 5", "0|null|null|null"),
        Case.Query("GROUP BY and DISTINCT make one of all NULLs", Sql("SELECT, group_by_clause"), $"SELECT COUNT(*) FROM (SELECT DISTINCT n FROM (SELECT n FROM {Three} UNION ALL SELECT NULL FROM DUAL))", "3"),
        Case.Query("UNION and MINUS take NULLs for equal", Sql("The Set Operators"), "SELECT COUNT(*) FROM (SELECT NULL n FROM DUAL UNION SELECT NULL FROM DUAL)", "1"),
        Case.Query("GREATEST and LEAST of a NULL are NULL", Sql("GREATEST"), "SELECT GREATEST(1, NULL), LEAST(NULL, 2) FROM DUAL", "null|null"),
        Case.Query("DECODE takes NULLs for equal", Sql("DECODE"), "SELECT DECODE(NULL, NULL, 'same', 'other') FROM DUAL", "same"),
        new Case("A unique column takes any number of NULLs", Sql("constraint, Unique Constraints"))
            .Run("CREATE TABLE {t} (id NUMBER, u NUMBER UNIQUE)")
            .Run("INSERT INTO {t} VALUES (1, NULL)")
            .Run("INSERT INTO {t} VALUES (2, NULL)")
            .Rows("SELECT COUNT(*) FROM {t}", "2"),
        new Case("A composite unique key compares the columns that are not NULL", Sql("constraint, Unique Constraints"))
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER, UNIQUE (a, b))")
            .Run("INSERT INTO {t} VALUES (NULL, NULL)")
            .Run("INSERT INTO {t} VALUES (NULL, NULL)")
            .Run("INSERT INTO {t} VALUES (1, NULL)")
            .Fails("INSERT INTO {t} VALUES (1, NULL)", 1),
        new Case("A check constraint lets an unknown condition pass", Sql("constraint, Check Constraints"))
            .Run("CREATE TABLE {t} (n NUMBER CHECK (n > 0))")
            .Run("INSERT INTO {t} VALUES (NULL)")
            .Rows("SELECT COUNT(*) FROM {t}", "1"),
        new Case("A typed NULL is bound", Driver("OracleParameter Class, Value"))
            .Run("CREATE TABLE {t} (n NUMBER, v VARCHAR2(5), d DATE, r RAW(2), c CLOB)")
            .Run(
                "INSERT INTO {t} VALUES (:n, :v, :d, :r, :c)",
                new Bind("n", null, OracleDbType.Int32),
                new Bind("v", null, OracleDbType.Varchar2),
                new Bind("d", null, OracleDbType.Date),
                new Bind("r", null, OracleDbType.Raw),
                new Bind("c", null, OracleDbType.Clob))
            .Rows("SELECT * FROM {t}", "null|null|null|null|null"),
        Case.Query("NVL of a NULL bind is its substitute", Sql("NVL"), "SELECT NVL(NULL, 'none'), NVL('some', 'none'), NVL2(NULL, 1, 2), NVL2(0, 1, 2) FROM DUAL", "none|some|2|1"),
        Case.Query("COALESCE is the first that is not NULL", Sql("COALESCE"), "SELECT COALESCE(NULL, NULL, 3, 4), NULLIF(1, 1), NULLIF(1, 2) FROM DUAL", "3|null|1"),
        Case.Query("LNNVL is true for false and unknown", Sql("LNNVL"), $"SELECT COUNT(*) FROM {Three} WHERE LNNVL(n >= 2)", "2"),
        Case.Query("BETWEEN with a NULL bound is never true", Sql("BETWEEN Condition"), "SELECT COUNT(CASE WHEN 1 BETWEEN NULL AND 5 THEN 1 END), COUNT(CASE WHEN 9 NOT BETWEEN NULL AND 5 THEN 1 END) FROM DUAL", "0|1"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
