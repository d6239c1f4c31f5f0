namespace KafkaOracle.Reactive.Conformance.Changes;

public sealed class ChangeTests(Target target) : CaseTests(target)
{
    private static readonly string Insert = Sql("INSERT");
    private static readonly string Update = Sql("UPDATE");
    private static readonly string Delete = Sql("DELETE");

    private const string Table = "CREATE TABLE {t} (id NUMBER PRIMARY KEY, v VARCHAR2(10) DEFAULT 'none', n NUMBER)";

    public static CaseList Cases { get; } = new("INSERT, UPDATE and DELETE")
    {
        new Case("INSERT takes all columns in order", Insert).Run(Table).Affects(1, "INSERT INTO {t} VALUES (1, 'a', 2)").Rows("SELECT * FROM {t}", "1|a|2"),
        new Case("INSERT takes some columns, others have their defaults", Insert).Run(Table).Affects(1, "INSERT INTO {t} (n, id) VALUES (2, 1)").Rows("SELECT * FROM {t}", "1|none|2"),
        new Case("An explicit NULL is no default", Insert).Run(Table).Run("INSERT INTO {t} VALUES (1, NULL, NULL)").Rows("SELECT * FROM {t}", "1|null|null"),
        new Case("DEFAULT stands for the default", Insert)
            .Run(Table)
            .Run("INSERT INTO {t} VALUES (1, DEFAULT, DEFAULT)")
            .Run("INSERT INTO {t} VALUES (2, 'x', 5)")
            .Run("UPDATE {t} SET v = DEFAULT, n = DEFAULT WHERE id = 2")
            .Rows("SELECT * FROM {t} ORDER BY id", "1|none|null", "2|none|null"),
        new Case("INSERT takes a query", Insert)
            .Run(Table)
            .Affects(3, "INSERT INTO {t} (id, n) SELECT LEVEL, LEVEL * 10 FROM DUAL CONNECT BY LEVEL <= 3")
            .Affects(2, "INSERT INTO {t} (id, v) SELECT id + 10, 'copy' FROM {t} WHERE n > 10")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|none", "2|none", "3|none", "12|copy", "13|copy"),
        new Case("INSERT of a query without rows reports none", Insert).Run(Table).Affects(0, "INSERT INTO {t} (id) SELECT 1 FROM DUAL WHERE 1 = 0"),
        new Case("INSERT takes expressions and subqueries", Insert)
            .Run(Table)
            .Run("INSERT INTO {t} VALUES (1, UPPER('a') || 'b', (SELECT COUNT(*) + 5 FROM DUAL))")
            .Rows("SELECT * FROM {t}", "1|Ab|6"),
        new Case("INSERT ALL fills several tables", Sql("INSERT, multi_table_insert"))
            .Run(Table)
            .Run("CREATE TABLE {u} (id NUMBER)")
            .Affects(4, "INSERT ALL INTO {t} (id, n) VALUES (id, 1) INTO {u} VALUES (id * 10) SELECT 1 id FROM DUAL UNION ALL SELECT 2 FROM DUAL")
            .Rows("SELECT id FROM {t} UNION ALL SELECT id FROM {u} ORDER BY 1", "1", "2", "10", "20"),
        new Case("INSERT FIRST takes the first condition that holds", Sql("INSERT, conditional_insert_clause"))
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("CREATE TABLE {u} (id NUMBER)")
            .Affects(2, "INSERT FIRST WHEN id < 2 THEN INTO {t} VALUES (id) ELSE INTO {u} VALUES (id) SELECT 1 id FROM DUAL UNION ALL SELECT 2 FROM DUAL")
            .Rows("SELECT 't', id FROM {t} UNION ALL SELECT 'u', id FROM {u} ORDER BY 2", "t|1", "u|2"),
        new Case("INSERT into an inline view fills its table", Sql("INSERT, DML_table_expression_clause"))
            .Run(Table)
            .Affects(1, "INSERT INTO (SELECT id, v FROM {t}) VALUES (1, 'x')")
            .Rows("SELECT id, v FROM {t}", "1|x"),
        new Case("UPDATE reports the rows that match, changed or not", Update)
            .Run(Table)
            .Run("INSERT INTO {t} SELECT LEVEL, 'x', 1 FROM DUAL CONNECT BY LEVEL <= 3")
            .Affects(3, "UPDATE {t} SET n = 1")
            .Affects(2, "UPDATE {t} SET n = n + 1, v = v || n WHERE id >= 2")
            .Affects(0, "UPDATE {t} SET n = 0 WHERE id = 99")
            .Rows("SELECT * FROM {t} ORDER BY id", "1|x|1", "2|x1|2", "3|x1|2"),
        new Case("UPDATE sees old values on its right side", Update)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER)")
            .Run("INSERT INTO {t} VALUES (1, 2)")
            .Run("UPDATE {t} SET a = b, b = a")
            .Rows("SELECT * FROM {t}", "2|1"),
        new Case("UPDATE shifts a unique key as a whole", Sql("UPDATE; constraint"))
            .Run(Table)
            .Run("INSERT INTO {t} (id) SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 5")
            .Affects(5, "UPDATE {t} SET id = id + 1")
            .Rows("SELECT MIN(id), MAX(id), COUNT(*) FROM {t}", "2|6|5"),
        new Case("UPDATE takes several columns from a subquery", Update)
            .Run(Table)
            .Run("INSERT INTO {t} VALUES (1, 'x', 1)")
            .Affects(1, "UPDATE {t} t SET (v, n) = (SELECT 'y' || t.id, 7 FROM DUAL) WHERE t.id = 1")
            .Rows("SELECT * FROM {t}", "1|y1|7"),
        new Case("UPDATE from a subquery without a row sets NULL", Update)
            .Run(Table)
            .Run("INSERT INTO {t} VALUES (1, 'x', 1)")
            .Run("UPDATE {t} SET n = (SELECT 5 FROM DUAL WHERE 1 = 0)")
            .Rows("SELECT n FROM {t}", "null"),
        new Case("UPDATE from a correlated subquery", Update)
            .Run(Table)
            .Run("CREATE TABLE {u} (id NUMBER, n NUMBER)")
            .Run("INSERT INTO {t} SELECT LEVEL, 'x', 0 FROM DUAL CONNECT BY LEVEL <= 3")
            .Run("INSERT INTO {u} VALUES (2, 20)")
            .Affects(1, "UPDATE {t} t SET n = (SELECT u.n FROM {u} u WHERE u.id = t.id) WHERE EXISTS (SELECT 1 FROM {u} u WHERE u.id = t.id)")
            .Rows("SELECT id, n FROM {t} ORDER BY id", "1|0", "2|20", "3|0"),
        new Case("UPDATE of a join changes the table whose key it keeps", Sql("UPDATE, DML_table_expression_clause"))
            .Run(Table)
            .Run("CREATE TABLE {u} (id NUMBER PRIMARY KEY, n NUMBER)")
            .Run("INSERT INTO {t} VALUES (1, 'x', 0)")
            .Run("INSERT INTO {u} VALUES (1, 10)")
            .Affects(1, "UPDATE (SELECT t.n old, u.n new FROM {t} t JOIN {u} u ON u.id = t.id) SET old = new")
            .Rows("SELECT n FROM {t}", "10")
            .KnownGap("UPDATE of a join"),
        new Case("DELETE reports its rows", Delete)
            .Run(Table)
            .Run("INSERT INTO {t} (id, n) SELECT LEVEL, LEVEL FROM DUAL CONNECT BY LEVEL <= 5")
            .Affects(2, "DELETE FROM {t} WHERE n > 3")
            .Affects(1, "DELETE {t} t WHERE t.id = 1")
            .Affects(0, "DELETE FROM {t} WHERE n IS NULL")
            .Affects(2, "DELETE FROM {t}")
            .Rows("SELECT COUNT(*) FROM {t}", "0"),
        new Case("DELETE takes a subquery on its own table", Delete)
            .Run(Table)
            .Run("INSERT INTO {t} (id, n) SELECT LEVEL, MOD(LEVEL, 2) FROM DUAL CONNECT BY LEVEL <= 4")
            .Affects(2, "DELETE FROM {t} WHERE id NOT IN (SELECT MAX(id) FROM {t} GROUP BY n)")
            .Rows("SELECT id FROM {t} ORDER BY id", "3", "4"),
        new Case("A statement sees the table as it was when it began", Concepts("Data Concurrency and Consistency, Statement-Level Read Consistency"))
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Affects(1, "INSERT INTO {t} SELECT id + 1 FROM {t}")
            .Affects(2, "INSERT INTO {t} SELECT id + (SELECT COUNT(*) FROM {t}) FROM {t}")
            .Rows("SELECT id FROM {t} ORDER BY id", "1", "2", "3", "4"),
        new Case("A query reports -1 rows changed", Driver("OracleCommand Class, ExecuteNonQuery")).Affects(-1, "SELECT 1 FROM DUAL"),
        new Case("TRUNCATE empties a table", Sql("TRUNCATE TABLE"))
            .Run(Table)
            .Run("INSERT INTO {t} (id) VALUES (1)")
            .Run("TRUNCATE TABLE {t}")
            .Rows("SELECT COUNT(*) FROM {t}", "0"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
