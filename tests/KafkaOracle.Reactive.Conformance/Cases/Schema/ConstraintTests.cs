namespace KafkaOracle.Reactive.Conformance.Schema;

public sealed class ConstraintTests(Target target) : CaseTests(target)
{
    private static readonly string Constraint = Sql("constraint");
    private static readonly string Foreign = Sql("constraint, Foreign Key Constraints");
    private static readonly string Index = Sql("CREATE INDEX");

    private static Case Family(string name, string reference, string rule = "") => new Case(name, reference)
        .Run("CREATE TABLE {p} (id NUMBER PRIMARY KEY)")
        .Run($"CREATE TABLE {{c}} (id NUMBER, p NUMBER, CONSTRAINT {{fk}} FOREIGN KEY (p) REFERENCES {{p}} (id){rule})")
        .Run("INSERT INTO {p} VALUES (1)")
        .Run("INSERT INTO {c} VALUES (10, 1)");

    public static CaseList Cases { get; } = new("Constraints and indexes")
    {
        new Case("A named primary key is named in its error", Error(1))
            .Run("CREATE TABLE {t} (id NUMBER, CONSTRAINT {pk} PRIMARY KEY (id))")
            .Run("INSERT INTO {t} VALUES (1)")
            .Fails("INSERT INTO {t} VALUES (1)", 1, "unique constraint ({user}.{pk}) violated*"),
        new Case("A primary key takes no NULL", Constraint)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER, PRIMARY KEY (a, b))")
            .Run("INSERT INTO {t} VALUES (1, 1)")
            .Run("INSERT INTO {t} VALUES (1, 2)")
            .Fails("INSERT INTO {t} VALUES (1, NULL)", 1400, "cannot insert NULL into (\"{user}\".\"{t}\".\"B\")*")
            .Fails("INSERT INTO {t} VALUES (1, 2)", 1),
        new Case("An update to NULL breaks NOT NULL", Error(1407))
            .Run("CREATE TABLE {t} (n NUMBER NOT NULL)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Fails("UPDATE {t} SET n = NULL", 1407, "cannot update (\"{user}\".\"{t}\".\"N\") to NULL*"),
        new Case("A check is named in its error", Error(2290))
            .Run("CREATE TABLE {t} (n NUMBER, CONSTRAINT {ck} CHECK (n BETWEEN 1 AND 9))")
            .Fails("INSERT INTO {t} VALUES (10)", 2290, "check constraint ({user}.{ck}) violated*"),
        new Case("A check compares columns", Constraint)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER, CHECK (a < b AND b IN (5, 6)))")
            .Run("INSERT INTO {t} VALUES (1, 5)")
            .Fails("UPDATE {t} SET a = 5", 2290),
        new Case("A table has one primary key", Error(2260)).Fails("CREATE TABLE {t} (a NUMBER PRIMARY KEY, b NUMBER PRIMARY KEY)", 2260),
        new Case("A constraint's name is taken once", Error(2264))
            .Run("CREATE TABLE {t} (a NUMBER CONSTRAINT {k} CHECK (a > 0))")
            .Fails("CREATE TABLE {u} (a NUMBER CONSTRAINT {k} CHECK (a > 0))", 2264),
        new Case("A constraint is added and dropped", Sql("ALTER TABLE, constraint_clauses"))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("ALTER TABLE {t} ADD CONSTRAINT {k} UNIQUE (a)")
            .Run("INSERT INTO {t} VALUES (1)")
            .Fails("INSERT INTO {t} VALUES (1)", 1)
            .Run("ALTER TABLE {t} DROP CONSTRAINT {k}")
            .Run("INSERT INTO {t} VALUES (1)")
            .Fails("ALTER TABLE {t} DROP CONSTRAINT {k}", 2443),
        new Case("A constraint that rows break is not added", Error(2293))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("INSERT INTO {t} SELECT 1 FROM DUAL UNION ALL SELECT 1 FROM DUAL")
            .Fails("ALTER TABLE {t} ADD CONSTRAINT {c} CHECK (a > 1)", 2293)
            .Fails("ALTER TABLE {t} ADD CONSTRAINT {k} PRIMARY KEY (a)", 2437),
        new Case("A disabled constraint lets rows pass", Sql("constraint, ENABLE and DISABLE"))
            .Run("CREATE TABLE {t} (a NUMBER CONSTRAINT {k} CHECK (a > 0))")
            .Run("ALTER TABLE {t} DISABLE CONSTRAINT {k}")
            .Run("INSERT INTO {t} VALUES (-1)")
            .Fails("ALTER TABLE {t} ENABLE CONSTRAINT {k}", 2293),
        new Case("A key is disabled and enabled", Sql("ALTER TABLE, enable_disable_clause"))
            .Run("CREATE TABLE {t} (a NUMBER CONSTRAINT {k} PRIMARY KEY, b NUMBER CONSTRAINT {n} NOT NULL)")
            .Run("ALTER TABLE {t} DISABLE PRIMARY KEY")
            .Run("ALTER TABLE {t} MODIFY CONSTRAINT {n} DISABLE")
            .Run("INSERT INTO {t} SELECT 1, NULL FROM DUAL UNION ALL SELECT 1, 2 FROM DUAL")
            .Rows("SELECT constraint_name, status FROM user_constraints WHERE table_name = '{t}' ORDER BY constraint_type", "{n}|DISABLED", "{k}|DISABLED")
            .Fails("ALTER TABLE {t} ENABLE PRIMARY KEY", 2437)
            .Fails("ALTER TABLE {t} ENABLE CONSTRAINT {n}", [2293, 2296])
            .Run("DELETE FROM {t} WHERE b IS NULL")
            .Run("ALTER TABLE {t} ENABLE PRIMARY KEY")
            .Run("ALTER TABLE {t} ENABLE CONSTRAINT {n}")
            .Fails("INSERT INTO {t} VALUES (1, 1)", 1)
            .Fails("INSERT INTO {t} VALUES (2, NULL)", 1400),
        new Case("A foreign key is created disabled", Sql("constraint, ENABLE and DISABLE"))
            .Run("CREATE TABLE {p} (id NUMBER PRIMARY KEY)")
            .Run("CREATE TABLE {c} (p NUMBER CONSTRAINT {f} REFERENCES {p} DISABLE)")
            .Run("INSERT INTO {c} VALUES (1)")
            .Fails("ALTER TABLE {c} ENABLE CONSTRAINT {f}", 2298)
            .Run("INSERT INTO {p} VALUES (1)")
            .Run("ALTER TABLE {c} ENABLE CONSTRAINT {f}")
            .Fails("INSERT INTO {c} VALUES (2)", 2291),
        new Case("A key that others refer to is not disabled", Error(2297))
            .Run("CREATE TABLE {p} (id NUMBER CONSTRAINT {k} PRIMARY KEY)")
            .Run("CREATE TABLE {c} (p NUMBER REFERENCES {p})")
            .Fails("ALTER TABLE {p} DISABLE CONSTRAINT {k}", 2297),
        new Case("A constraint that is not there is not switched", Error(2431))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Fails("ALTER TABLE {t} DISABLE CONSTRAINT {k}", 2431)
            .Fails("ALTER TABLE {t} ENABLE CONSTRAINT {k}", 2430),
        new Case("A deferred foreign key waits for its parent", Sql("constraint, DEFERRABLE Clause"))
            .Run("CREATE TABLE {p} (id NUMBER PRIMARY KEY)")
            .Run("CREATE TABLE {c} (p NUMBER CONSTRAINT {f} REFERENCES {p} DEFERRABLE INITIALLY DEFERRED)")
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("INSERT INTO {c} VALUES (1)");
                s.Run("INSERT INTO {p} VALUES (1)");
                transaction.Commit();
            })
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("DELETE FROM {p}");
                s.Fails(transaction.Commit, [2091, 2292, 2291]);
            })
            .Rows("SELECT COUNT(*) FROM {p}", "1"),
        new Case("A deferred check looks at what is there in the end", Sql("constraint, DEFERRABLE Clause"))
            .Run("CREATE TABLE {t} (a NUMBER CONSTRAINT {k} CHECK (a > 0) INITIALLY DEFERRED DEFERRABLE)")
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("INSERT INTO {t} VALUES (-1)");
                s.Run("UPDATE {t} SET a = 1");
                transaction.Commit();
            })
            .Fails("INSERT INTO {t} VALUES (-1)", [2091, 2290])
            .Rows("SELECT a FROM {t}", "1"),
        Family("A child without its parent is refused", Error(2291))
            .Fails("INSERT INTO {c} VALUES (11, 2)", 2291, "integrity constraint ({user}.{fk}) violated - parent key not found*"),
        Family("A parent with children stays", Error(2292))
            .Fails("DELETE FROM {p} WHERE id = 1", 2292, "integrity constraint ({user}.{fk}) violated - child record found*")
            .Fails("UPDATE {p} SET id = 2 WHERE id = 1", 2292),
        Family("A child without a parent's key is free", Foreign).Run("INSERT INTO {c} VALUES (11, NULL)").Rows("SELECT COUNT(*) FROM {c}", "2"),
        Family("ON DELETE CASCADE deletes the children", Foreign, " ON DELETE CASCADE").Affects(1, "DELETE FROM {p}").Rows("SELECT COUNT(*) FROM {c}", "0"),
        Family("ON DELETE SET NULL orphans the children", Foreign, " ON DELETE SET NULL").Affects(1, "DELETE FROM {p}").Rows("SELECT * FROM {c}", "10|null"),
        Family("A parent table with children is neither truncated nor dropped", Error(2449))
            .Fails("TRUNCATE TABLE {p}", 2266)
            .Fails("DROP TABLE {p}", 2449)
            .Run("DROP TABLE {p} CASCADE CONSTRAINTS PURGE")
            .Run("INSERT INTO {c} VALUES (11, 99)"),
        new Case("A foreign key needs a key to point to", Error(2270))
            .Run("CREATE TABLE {p} (id NUMBER)")
            .Fails("CREATE TABLE {c} (p NUMBER REFERENCES {p} (id))", 2270),
        new Case("A table refers to itself", Foreign)
            .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, up NUMBER REFERENCES {t} (id))")
            .Run("INSERT INTO {t} VALUES (1, 1)")
            .Run("INSERT INTO {t} VALUES (2, 1)")
            .Fails("INSERT INTO {t} VALUES (3, 9)", 2291),
        new Case("A deferred constraint is checked at the commit", Sql("constraint, DEFERRABLE Clause; ORA-02091"))
            .Run("CREATE TABLE {t} (a NUMBER CONSTRAINT {k} UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("INSERT INTO {t} VALUES (1)");
                s.Run("INSERT INTO {t} VALUES (1)");
                s.Fails(transaction.Commit, [2091, 1]);
            })
            .Rows("SELECT COUNT(*) FROM {t}", "0"),
        new Case("A unique index refuses duplicates by its name", Index)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER)")
            .Run("CREATE UNIQUE INDEX {i} ON {t} (a, b DESC)")
            .Run("INSERT INTO {t} VALUES (1, 1)")
            .Fails("INSERT INTO {t} VALUES (1, 1)", 1, "unique constraint ({user}.{i}) violated*")
            .Run("DROP INDEX {i}")
            .Run("INSERT INTO {t} VALUES (1, 1)"),
        new Case("A unique index over duplicates is refused", Error(1452))
            .Run("CREATE TABLE {t} (a NUMBER)")
            .Run("INSERT INTO {t} SELECT 1 FROM DUAL UNION ALL SELECT 1 FROM DUAL")
            .Fails("CREATE UNIQUE INDEX {i} ON {t} (a)", 1452),
        new Case("A function-based index refuses duplicates", Sql("CREATE INDEX, Function-Based Indexes"))
            .Run("CREATE TABLE {t} (v VARCHAR2(10))")
            .Run("CREATE UNIQUE INDEX {i} ON {t} (UPPER(v))")
            .Run("INSERT INTO {t} VALUES ('a')")
            .Fails("INSERT INTO {t} VALUES ('A')", 1),
        new Case("A function-based index is over several expressions and goes", Sql("CREATE INDEX, Function-Based Indexes"))
            .Run("CREATE TABLE {t} (a NUMBER, v VARCHAR2(10))")
            .Run("INSERT INTO {t} VALUES (1, 'x')")
            .Run("CREATE UNIQUE INDEX {i} ON {t} (LOWER(v), MOD(a, 10))")
            .Fails("INSERT INTO {t} VALUES (11, 'X')", 1, "unique constraint ({user}.{i}) violated*")
            .Affects(1, "INSERT INTO {t} VALUES (2, 'X')")
            .Rows("SELECT * FROM {t} ORDER BY a", "1|x", "2|X")
            .Rows("SELECT index_type FROM user_indexes WHERE index_name = '{i}'", "FUNCTION-BASED NORMAL")
            .Run("DROP INDEX {i}")
            .Run("INSERT INTO {t} VALUES (11, 'X')"),
        new Case("A function-based index over duplicates is refused", Error(1452))
            .Run("CREATE TABLE {t} (v VARCHAR2(10))")
            .Run("INSERT INTO {t} SELECT 'a' FROM DUAL UNION ALL SELECT 'A' FROM DUAL")
            .Fails("CREATE UNIQUE INDEX {i} ON {t} (UPPER(v))", 1452)
            .Run("INSERT INTO {t} VALUES ('a')"),
        new Case("The same columns are indexed once", Error(1408))
            .Run("CREATE TABLE {t} (a NUMBER PRIMARY KEY)")
            .Fails("CREATE INDEX {i} ON {t} (a)", 1408),
        new Case("An index that is not there cannot be dropped", Error(1418)).Fails("DROP INDEX {i}", 1418),
        new Case("A NOT NULL constraint has a name", Constraint)
            .Run("CREATE TABLE {t} (a NUMBER CONSTRAINT {nn} NOT NULL)")
            .Rows("SELECT constraint_name, constraint_type FROM user_constraints WHERE table_name = '{t}'", "{nn}|C"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
