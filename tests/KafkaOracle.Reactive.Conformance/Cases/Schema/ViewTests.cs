namespace KafkaOracle.Reactive.Conformance.Schema;

public sealed class ViewTests(Target target) : CaseTests(target)
{
    private static readonly string Create = Sql("CREATE VIEW");

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, v VARCHAR2(10) NOT NULL, n NUMBER)")
        .Run("INSERT INTO {t} VALUES (1, 'a', 10)")
        .Run("INSERT INTO {t} VALUES (2, 'b', 20)");

    public static CaseList Cases { get; } = new("Views and the data dictionary")
    {
        New("A view is a query by a name", Create)
            .Run("CREATE VIEW {v} AS SELECT id, n * 2 AS twice FROM {t} WHERE n > 10")
            .Rows("SELECT * FROM {v}", "2|40")
            .Run("INSERT INTO {t} VALUES (3, 'c', 30)")
            .Rows("SELECT twice FROM {v} ORDER BY id DESC", "60", "40"),
        New("A view names its columns", Create).Run("CREATE VIEW {v} (key, value) AS SELECT id, v FROM {t}").Rows("SELECT value FROM {v} WHERE key = 1", "a"),
        New("OR REPLACE changes a view", Create)
            .Run("CREATE VIEW {v} AS SELECT id FROM {t}")
            .Fails("CREATE VIEW {v} AS SELECT n FROM {t}", 955)
            .Run("CREATE OR REPLACE VIEW {v} AS SELECT n FROM {t}")
            .Rows("SELECT SUM(n) FROM {v}", "30"),
        New("A simple view takes changes", Sql("CREATE VIEW, Notes on Updatable Views"))
            .Run("CREATE VIEW {v} AS SELECT id, v FROM {t} WHERE n IS NULL OR n > 10")
            .Affects(1, "INSERT INTO {v} VALUES (3, 'c')")
            .Affects(2, "UPDATE {v} SET v = v || '!'")
            .Affects(1, "DELETE FROM {v} WHERE id = 2")
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|a", "3|c!"),
        New("A view that aggregates takes no changes", Error(1732))
            .Run("CREATE VIEW {v} AS SELECT v, SUM(n) n FROM {t} GROUP BY v")
            .Fails("UPDATE {v} SET n = 1", 1732),
        New("WITH READ ONLY refuses changes", Error(42399)).Run("CREATE VIEW {v} AS SELECT id, v FROM {t} WITH READ ONLY").Fails("UPDATE {v} SET v = 'x'", 42399),
        New("WITH CHECK OPTION keeps rows within the view", Error(1402))
            .Run("CREATE VIEW {v} AS SELECT id, v, n FROM {t} WHERE n > 5 WITH CHECK OPTION")
            .Fails("UPDATE {v} SET n = 1", 1402),
        New("A view's names and condition hold for changes", Sql("CREATE VIEW, Notes on Updatable Views"))
            .Run("CREATE VIEW {v} (key, twice, n) AS SELECT id, n * 2, n FROM {t} WHERE n > 5")
            .Run("CREATE VIEW {w} AS SELECT key, n FROM {v} WHERE n > 15")
            .Affects(1, "UPDATE {w} SET n = n + key")
            .Affects(0, "DELETE FROM {w} WHERE key = 1")
            .Fails("UPDATE {v} SET twice = 1", 1733)
            .Fails("INSERT INTO {v} (key, n) VALUES (3, 1)", 1400)
            .Rows("SELECT id, n FROM {t} ORDER BY id", "1|10", "2|22"),
        New("An inline view takes changes", Sql("UPDATE; DELETE, DML_table_expression_clause"))
            .Affects(1, "UPDATE (SELECT id, n AS m FROM {t}) q SET q.m = 0 WHERE q.id = 1")
            .Affects(1, "DELETE FROM (SELECT * FROM {t} WHERE n = 0)")
            .Fails("INSERT INTO (SELECT id, v, n FROM {t} WHERE n > 5 WITH CHECK OPTION) VALUES (3, 'c', 5)", 1402)
            .Affects(1, "INSERT INTO (SELECT id, v, n FROM {t} WHERE n > 5 WITH CHECK OPTION) VALUES (3, 'c', 6)")
            .Rows("SELECT * FROM {t} ORDER BY id", "2|b|20", "3|c|6"),
        New("WITH CHECK OPTION holds for INSERT, and what is unknown is outside", Error(1402))
            .Run("CREATE VIEW {v} AS SELECT id, v, n FROM {t} WHERE n > 5 WITH CHECK OPTION")
            .Fails("INSERT INTO {v} VALUES (3, 'c', 5)", 1402)
            .Fails("INSERT INTO {v} VALUES (3, 'c', NULL)", 1402)
            .Affects(1, "INSERT INTO {v} VALUES (3, 'c', 6)")
            .Affects(3, "UPDATE {v} SET n = n + 1")
            .Rows("SELECT COUNT(*) FROM {t}", "3"),
        New("A view is left out of a table's changes", Sql("CREATE VIEW")).Run("CREATE VIEW {v} AS SELECT DISTINCT v FROM {t}").Fails("DELETE FROM {v}", 1732),
        New("Comments are kept", Sql("COMMENT"))
            .Run("CREATE VIEW {w} AS SELECT id FROM {t}")
            .Run("COMMENT ON TABLE {t} IS 'rows'")
            .Run("COMMENT ON TABLE {w} IS 'shown'")
            .Run("COMMENT ON COLUMN {t}.n IS 'a number'")
            .Rows("SELECT table_type, comments FROM user_tab_comments WHERE table_name IN ('{t}', '{w}') ORDER BY 1", "TABLE|rows", "VIEW|shown")
            .Rows("SELECT comments FROM all_col_comments WHERE owner = USER AND table_name = '{t}' AND column_name = 'N'", "a number"),
        New("The columns of a view are listed", Dictionary("ALL_TAB_COLUMNS"))
            .Run("CREATE VIEW {w} AS SELECT id, UPPER(v) u FROM {t}")
            .Rows("SELECT column_name, data_type, column_id FROM user_tab_columns WHERE table_name = '{w}' ORDER BY column_id", "ID|NUMBER|1", "U|VARCHAR2|2"),
        New("What tools ask for is there", Dictionary("ALL_SYNONYMS; ALL_TRIGGERS; SESSION_PRIVS; ALL_IND_EXPRESSIONS"))
            .Rows("SELECT COUNT(*) FROM all_synonyms WHERE owner = USER AND synonym_name = 'X'", "0")
            .Rows("SELECT COUNT(*) FROM user_triggers WHERE table_name = '{t}'", "0")
            .Rows("SELECT COUNT(*) FROM session_privs WHERE privilege = 'CREATE TABLE'", "1")
            .Rows("SELECT COUNT(*) FROM all_ind_expressions WHERE index_owner = USER AND table_name = '{t}'", "0"),
        New("A view whose table is gone does not work", Error(4063))
            .Run("CREATE VIEW {v} AS SELECT id FROM {t}")
            .Run("DROP TABLE {t} PURGE")
            .Fails("SELECT * FROM {v}", 4063),
        new Case("A view of what is not there is refused, unless forced", Create)
            .Fails("CREATE VIEW {v} AS SELECT * FROM {t}", 942)
            .Fails("DROP VIEW {v}", 942),
        New("USER_TABLES and USER_OBJECTS list a table", Dictionary("USER_TABLES; USER_OBJECTS"))
            .Rows("SELECT COUNT(*) FROM user_tables WHERE table_name = '{t}'", "1")
            .Rows("SELECT object_type, status FROM user_objects WHERE object_name = '{t}'", "TABLE|VALID"),
        new Case("USER_TAB_COLUMNS tells types", Dictionary("USER_TAB_COLUMNS; ALL_TAB_COLUMNS"))
            .Run("CREATE TABLE {t} (a NUMBER(5,2) NOT NULL, b VARCHAR2(7 CHAR), c DATE, d TIMESTAMP(3), e RAW(8), f CLOB, g NUMBER, h TIMESTAMP(0) WITH TIME ZONE, i CHAR(3 BYTE), j BINARY_DOUBLE)")
            .Rows(
                "SELECT column_name, data_type, data_precision, data_scale, char_length, char_used, nullable, column_id FROM user_tab_columns WHERE table_name = '{t}' ORDER BY column_id",
                "A|NUMBER|5|2|0|null|N|1",
                "B|VARCHAR2|null|null|7|C|Y|2",
                "C|DATE|null|null|0|null|Y|3",
                "D|TIMESTAMP(3)|null|3|0|null|Y|4",
                "E|RAW|null|null|0|null|Y|5",
                "F|CLOB|null|null|0|null|Y|6",
                "G|NUMBER|null|null|0|null|Y|7",
                "H|TIMESTAMP(0) WITH TIME ZONE|null|0|0|null|Y|8",
                "I|CHAR|null|null|3|B|Y|9",
                "J|BINARY_DOUBLE|null|null|0|null|Y|10")
            .Rows("SELECT data_length FROM all_tab_columns WHERE owner = USER AND table_name = '{t}' AND column_name IN ('A', 'C', 'E', 'I', 'J') ORDER BY column_id", "22", "7", "8", "3", "8"),
        new Case("USER_TAB_COLUMNS tells defaults", Dictionary("ALL_TAB_COLUMNS"))
            .Run("CREATE TABLE {t} (a NUMBER DEFAULT 5)")
            .Do(s =>
            {
                using var command = s.Command("SELECT data_default FROM user_tab_columns WHERE table_name = '{t}'");
                command.InitialLONGFetchSize = -1; // the column is a LONG
                ((string)command.ExecuteScalar()).Trim().Should().Be("5");
            }),
        new Case("USER_CONSTRAINTS and USER_CONS_COLUMNS list keys", Dictionary("ALL_CONSTRAINTS; ALL_CONS_COLUMNS"))
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER, c NUMBER, CONSTRAINT {pk} PRIMARY KEY (a, b), CONSTRAINT {uk} UNIQUE (c), CONSTRAINT {ck} CHECK (c > 0))")
            .Rows("SELECT constraint_name, constraint_type, status FROM user_constraints WHERE table_name = '{t}' ORDER BY constraint_type", "{ck}|C|ENABLED", "{pk}|P|ENABLED", "{uk}|U|ENABLED")
            .Rows("SELECT column_name, position FROM user_cons_columns WHERE constraint_name = '{pk}' ORDER BY position", "A|1", "B|2"),
        new Case("USER_CONSTRAINTS shows what a foreign key refers to", Dictionary("ALL_CONSTRAINTS"))
            .Run("CREATE TABLE {p} (id NUMBER CONSTRAINT {pk} PRIMARY KEY)")
            .Run("CREATE TABLE {c} (p NUMBER CONSTRAINT {fk} REFERENCES {p} ON DELETE CASCADE)")
            .Rows("SELECT constraint_type, r_constraint_name, delete_rule FROM user_constraints WHERE constraint_name = '{fk}'", "R|{pk}|CASCADE"),
        new Case("USER_INDEXES and USER_IND_COLUMNS list indexes", Dictionary("ALL_INDEXES; ALL_IND_COLUMNS"))
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER)")
            .Run("CREATE UNIQUE INDEX {i} ON {t} (b, a)")
            .Rows("SELECT table_name, uniqueness FROM user_indexes WHERE index_name = '{i}'", "{t}|UNIQUE")
            .Rows("SELECT column_name, column_position FROM user_ind_columns WHERE index_name = '{i}' ORDER BY column_position", "B|1", "A|2"),
        new Case("USER_SEQUENCES lists sequences", Dictionary("ALL_SEQUENCES"))
            .Run("CREATE SEQUENCE {s} START WITH 5 INCREMENT BY 2 MAXVALUE 99 NOCACHE")
            .Rows("SELECT min_value, max_value, increment_by, cycle_flag, cache_size FROM user_sequences WHERE sequence_name = '{s}'", "1|99|2|N|0"),
        New("USER_VIEWS lists views", Dictionary("ALL_VIEWS")).Run("CREATE VIEW {v} AS SELECT id FROM {t}").Rows("SELECT COUNT(*) FROM user_views WHERE view_name = '{v}'", "1"),
        New("ALL_TABLES and ALL_OBJECTS name the owner", Dictionary("ALL_TABLES; ALL_OBJECTS"))
            .Rows("SELECT COUNT(*) FROM all_tables WHERE owner = USER AND table_name = '{t}'", "1")
            .Rows("SELECT COUNT(*) FROM all_objects WHERE owner = USER AND object_name = '{t}' AND object_type = 'TABLE'", "1"),
        New("A table is found by its schema's name", Sql("Syntax for Schema Objects and Parts in SQL Statements"))
            .Rows("SELECT COUNT(*) FROM {user}.{t} WHERE {user}.{t}.id = 1", "1")
            .Affects(1, "UPDATE {user}.{t} SET n = 0 WHERE id = 1"),
        new Case("PRODUCT_COMPONENT_VERSION tells the version", Dictionary("PRODUCT_COMPONENT_VERSION"))
            .Rows("SELECT COUNT(*) FROM product_component_version WHERE product LIKE 'Oracle%'", "1")
            .Do(s => int.Parse(s.Connection.ServerVersion.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThanOrEqualTo(19)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
