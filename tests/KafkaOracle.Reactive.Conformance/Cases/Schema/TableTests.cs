namespace KafkaOracle.Reactive.Conformance.Schema;

public sealed class TableTests(Target target) : CaseTests(target)
{
    private static readonly string Create = Sql("CREATE TABLE");
    private static readonly string Alter = Sql("ALTER TABLE");

    public static CaseList Cases { get; } = new("Tables")
    {
        new Case("CREATE TABLE AS SELECT copies rows and types", Sql("CREATE TABLE, AS subquery"))
            .Run("CREATE TABLE {t} (id NUMBER(5), v VARCHAR2(7) NOT NULL)")
            .Run("INSERT INTO {t} VALUES (1, 'a')")
            .Run("CREATE TABLE {u} AS SELECT id, v, id + 1 AS n FROM {t}")
            .Rows("SELECT * FROM {u}", "1|a|2")
            .Fails("INSERT INTO {u} (id, v) VALUES (2, NULL)", 1400)
            .Fails("INSERT INTO {u} (v) VALUES ('12345678')", 12899),
        new Case("CREATE TABLE AS SELECT needs names for expressions", Error(998)).Fails("CREATE TABLE {t} AS SELECT 1 + 1 FROM DUAL", 998),
        new Case("A table's name is taken once", Error(955)).Run("CREATE TABLE {t} (id NUMBER)").Fails("CREATE TABLE {t} (id NUMBER)", 955, "name is already used by an existing object*"),
        new Case("A column's name is taken once", Error(957)).Fails("CREATE TABLE {t} (id NUMBER, ID NUMBER)", 957),
        new Case("A quoted table keeps its case", Sql("Database Object Names and Qualifiers"))
            .Run("CREATE TABLE \"{t} x\" (\"Id\" NUMBER, \"select\" NUMBER)")
            .Run("INSERT INTO \"{t} x\" (\"Id\", \"select\") VALUES (1, 2)")
            .Rows("SELECT \"select\" FROM \"{t} x\" WHERE \"Id\" = 1", "2")
            .Fails("SELECT id FROM \"{t} x\"", 904)
            .Run("DROP TABLE \"{t} x\" PURGE"),
        new Case("A name beyond 128 bytes is refused", Error(972)).Fails($"CREATE TABLE {new string('x', 129)} (id NUMBER)", 972),
        new Case("A reserved word is no table", Error(903)).Fails("CREATE TABLE select (id NUMBER)", 903),
        new Case("ALTER TABLE adds columns", Alter)
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Run("ALTER TABLE {t} ADD (v VARCHAR2(5), n NUMBER DEFAULT 7 NOT NULL)")
            .Rows("SELECT * FROM {t}", "1|null|7")
            .Fails("ALTER TABLE {t} ADD (v NUMBER)", 1430),
        new Case("A NOT NULL column without a default is not added to rows", Error(1758))
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Fails("ALTER TABLE {t} ADD (n NUMBER NOT NULL)", 1758),
        new Case("ALTER TABLE widens a column", Alter)
            .Run("CREATE TABLE {t} (v VARCHAR2(3), n NUMBER(3))")
            .Run("INSERT INTO {t} VALUES ('abc', 123)")
            .Run("ALTER TABLE {t} MODIFY (v VARCHAR2(6), n NUMBER(6,2))")
            .Run("INSERT INTO {t} VALUES ('abcdef', 1234.56)")
            .Rows("SELECT * FROM {t} ORDER BY n", "abc|123", "abcdef|1234.56"),
        new Case("A column is not made too short for its values", Error(1441))
            .Run("CREATE TABLE {t} (v VARCHAR2(6))")
            .Run("INSERT INTO {t} VALUES ('abcdef')")
            .Fails("ALTER TABLE {t} MODIFY (v VARCHAR2(3))", 1441),
        new Case("The type of a column with values stays", Error(1439))
            .Run("CREATE TABLE {t} (v VARCHAR2(6))")
            .Run("INSERT INTO {t} VALUES ('1')")
            .Fails("ALTER TABLE {t} MODIFY (v NUMBER)", 1439),
        new Case("ALTER TABLE makes a column NOT NULL and back", Alter)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Run("ALTER TABLE {t} MODIFY (n NOT NULL)")
            .Fails("INSERT INTO {t} VALUES (NULL)", 1400)
            .Fails("ALTER TABLE {t} MODIFY (n NOT NULL)", 1442)
            .Run("ALTER TABLE {t} MODIFY (n NULL)")
            .Run("INSERT INTO {t} VALUES (NULL)")
            .Fails("ALTER TABLE {t} MODIFY (n NOT NULL)", 2296),
        new Case("ALTER TABLE changes a default", Alter)
            .Run("CREATE TABLE {t} (id NUMBER, n NUMBER DEFAULT 1)")
            .Run("ALTER TABLE {t} MODIFY (n DEFAULT 2)")
            .Run("INSERT INTO {t} (id) VALUES (1)")
            .Rows("SELECT n FROM {t}", "2"),
        new Case("ALTER TABLE drops columns", Alter)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER, c NUMBER)")
            .Run("INSERT INTO {t} VALUES (1, 2, 3)")
            .Run("ALTER TABLE {t} DROP COLUMN b")
            .Rows("SELECT * FROM {t}", "1|3")
            .Fails("ALTER TABLE {t} DROP COLUMN b", 904)
            .Fails("ALTER TABLE {t} DROP (a, c)", 12983),
        new Case("ALTER TABLE renames a column", Alter)
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Run("ALTER TABLE {t} RENAME COLUMN a TO b")
            .Rows("SELECT b FROM {t}", "1")
            .Fails("SELECT a FROM {t}", 904, "\"A\": invalid identifier*"),
        new Case("ALTER TABLE renames the table", Alter)
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Run("ALTER TABLE {t} RENAME TO {u}")
            .Rows("SELECT a FROM {u}", "1")
            .Fails("SELECT * FROM {t}", 942)
            .Run("DROP TABLE {u} PURGE"),
        new Case("A table that is not there cannot be dropped", Error(942)).Fails("DROP TABLE {t}", 942, "table or view does not exist*", "table or view \"{user}\".\"{t}\" does not exist*"),
        new Case("A dropped table is gone for cached statements", Error(942))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Rows("SELECT COUNT(*) FROM {t}", "0")
            .Run("DROP TABLE {t} PURGE")
            .Fails("SELECT COUNT(*) FROM {t}", 942),
        new Case("A query sees new columns when it runs again", Sql("SELECT, select_list"))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Rows("SELECT * FROM {t}", "1")
            .Run("ALTER TABLE {t} ADD (b VARCHAR2(3) DEFAULT 'new')")
            .Rows("SELECT * FROM {t}", "1|new"),
        new Case("DEFAULT ON NULL replaces an explicit NULL", Sql("CREATE TABLE, DEFAULT ON NULL"))
            .Run("CREATE TABLE {t} (id NUMBER, n NUMBER DEFAULT ON NULL 5)")
            .Run("INSERT INTO {t} VALUES (1, NULL)")
            .Rows("SELECT n FROM {t}", "5"),
        new Case("Defaults take expressions", Create)
            .Run("CREATE TABLE {t} (id NUMBER, d DATE DEFAULT SYSDATE, u VARCHAR2(128) DEFAULT USER, n NUMBER DEFAULT 2 * 3)")
            .Run("INSERT INTO {t} (id) VALUES (1)")
            .Rows("SELECT COUNT(*) FROM {t} WHERE ABS(d - SYSDATE) < 1/24 AND u = USER AND n = 6", "1"),
        new Case("A virtual column is computed", Sql("CREATE TABLE, virtual_column_definition"))
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER GENERATED ALWAYS AS (a * 2) VIRTUAL)")
            .Run("INSERT INTO {t} (a) VALUES (4)")
            .Rows("SELECT a, b FROM {t} WHERE b = 8", "4|8")
            .Fails("INSERT INTO {t} (a, b) VALUES (1, 2)", 54013),
        new Case("An invisible column is left out of the star", Sql("CREATE TABLE, VISIBLE | INVISIBLE"))
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER INVISIBLE)")
            .Run("INSERT INTO {t} (a, b) VALUES (1, 2)")
            .Rows("SELECT * FROM {t}", "1")
            .Rows("SELECT a, b FROM {t}", "1|2"),
        new Case("A virtual column takes its type from its expression, and constraints", Sql("CREATE TABLE, virtual_column_definition"))
            .Run("CREATE TABLE {t} (a VARCHAR2(5), b AS (UPPER(a)) CONSTRAINT {k} UNIQUE)")
            .Run("INSERT INTO {t} VALUES ('x', DEFAULT)")
            .Fails("INSERT INTO {t} (a) VALUES ('X')", 1)
            .Fails("UPDATE {t} SET b = 'y'", 54017)
            .Affects(1, "UPDATE {t} SET a = 'y' WHERE b = 'X'")
            .Rows("SELECT * FROM {t}", "y|Y"),
        new Case("A virtual column is added, and computed of NULL", Sql("ALTER TABLE, virtual_column_definition"))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("INSERT INTO {t} VALUES (2)")
            .Run("INSERT INTO {t} VALUES (NULL)")
            .Run("ALTER TABLE {t} ADD (b NUMBER(3) GENERATED ALWAYS AS (a + 1) VIRTUAL)")
            .Rows("SELECT b FROM {t} ORDER BY a", "3", "null")
            .Fails("ALTER TABLE {t} DROP COLUMN a", 54031),
        new Case("A virtual column computes from what does not change by itself", Error(54002)).Fails("CREATE TABLE {t} (a DATE, b AS (SYSDATE - a))", 54002),
        new Case("An invisible column becomes visible", Sql("ALTER TABLE, VISIBLE | INVISIBLE"))
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER DEFAULT 7 INVISIBLE)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Rows("SELECT column_name, column_id FROM user_tab_cols WHERE table_name = '{t}' ORDER BY internal_column_id", "A|1", "B|null")
            .Run("ALTER TABLE {t} MODIFY (b VISIBLE)")
            .Rows("SELECT * FROM {t}", "1|7")
            .Fails("INSERT INTO {t} VALUES (1)", 947),
        new Case("A temporary table keeps its rows through a commit when told", Sql("CREATE TABLE, ON COMMIT"))
            .Run("CREATE GLOBAL TEMPORARY TABLE {t} (a NUMBER PRIMARY KEY, b VARCHAR2(5)) ON COMMIT PRESERVE ROWS")
            .Run("INSERT INTO {t} VALUES (1, 'x')")
            .Fails("INSERT INTO {t} VALUES (1, 'y')", 1)
            .Do(s =>
            {
                var other = s.Another();
                other.Run("INSERT INTO {t} VALUES (1, 'z')");
                other.Run("UPDATE {t} SET a = a + 1");
                other.Run("DELETE FROM {t} WHERE a = 1");
                other.Rows("SELECT a, b FROM {t}").Should().Equal("2|z");
            })
            .Rows("SELECT * FROM {t}", "1|x")
            .Run("TRUNCATE TABLE {t}")
            .Rows("SELECT COUNT(*) FROM {t}", "0"),
        new Case("A rollback takes back rows of a temporary table", Sql("CREATE TABLE, GLOBAL TEMPORARY"))
            .Run("CREATE GLOBAL TEMPORARY TABLE {t} (a NUMBER) ON COMMIT PRESERVE ROWS")
            .Run("INSERT INTO {t} VALUES (1)")
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("INSERT INTO {t} VALUES (2)");
                s.Run("UPDATE {t} SET a = a * 10");
                transaction.Rollback();
            })
            .Rows("SELECT a FROM {t}", "1"),
        new Case("A temporary table has no foreign keys", Error(14455))
            .Run("CREATE TABLE {p} (id NUMBER PRIMARY KEY)")
            .Fails("CREATE GLOBAL TEMPORARY TABLE {t} (p NUMBER REFERENCES {p})", 14455),
        new Case("The dictionary tells temporary tables", Dictionary("ALL_TABLES"))
            .Run("CREATE GLOBAL TEMPORARY TABLE {t} (a NUMBER) ON COMMIT DELETE ROWS")
            .Rows("SELECT temporary, duration FROM user_tables WHERE table_name = '{t}'", "Y|SYS$TRANSACTION"),
        new Case("A temporary table forgets its rows at the commit", Sql("CREATE TABLE, GLOBAL TEMPORARY"))
            .Run("CREATE GLOBAL TEMPORARY TABLE {t} (a NUMBER) ON COMMIT DELETE ROWS")
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("INSERT INTO {t} VALUES (1)");
                s.Rows("SELECT a FROM {t}").Should().Equal("1");
                transaction.Commit();
                s.Rows("SELECT a FROM {t}").Should().BeEmpty();
            }),
        new Case("A temporary table's rows are its session's own", Sql("CREATE TABLE, GLOBAL TEMPORARY"))
            .Run("CREATE GLOBAL TEMPORARY TABLE {t} (a NUMBER) ON COMMIT PRESERVE ROWS")
            .Do(s =>
            {
                var other = s.Another();
                other.Run("INSERT INTO {t} VALUES (1)");
                other.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("1");
                s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("0");
            }),
        new Case("Storage clauses are taken", Sql("CREATE TABLE, physical_properties"))
            .Run("CREATE TABLE {t} (id NUMBER, v VARCHAR2(5)) PCTFREE 10 NOLOGGING")
            .Run("INSERT INTO {t} VALUES (1, 'a')")
            .Rows("SELECT * FROM {t}", "1|a"),
        new Case("An index-organized table is a table", Sql("CREATE TABLE, index_org_table_clause"))
            .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, v VARCHAR2(5)) ORGANIZATION INDEX")
            .Run("INSERT INTO {t} VALUES (1, 'a')")
            .Rows("SELECT * FROM {t}", "1|a"),
        new Case("A column can be commented", Sql("COMMENT"))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("COMMENT ON TABLE {t} IS 'what it is'")
            .Run("COMMENT ON COLUMN {t}.a IS 'a column'")
            .Rows("SELECT comments FROM user_tab_comments WHERE table_name = '{t}'", "what it is")
            .Rows("SELECT comments FROM user_col_comments WHERE table_name = '{t}' AND column_name = 'A'", "a column"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
