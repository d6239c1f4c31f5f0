namespace KafkaOracle.Reactive.Conformance.Errors;

public sealed class ErrorTests(Target target) : CaseTests(target)
{
    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER(5) PRIMARY KEY, v VARCHAR2(5))")
        .Run("INSERT INTO {t} VALUES (1, 'a')");

    public static CaseList Cases { get; } = new("Errors")
    {
        new Case("What is no statement is refused", Error(900)).Fails("SELEC 1 FROM DUAL", [900, 3048, 3049, 3050]),
        new Case("An unknown table", Error(942)).Fails("SELECT * FROM {t}", 942, "table or view does not exist*", "table or view \"{user}\".\"{t}\" does not exist*"),
        new Case("An unknown schema is an unknown table", Error(942)).Fails("SELECT * FROM nobody_at_all.{t}", 942),
        New("An unknown column", Error(904)).Fails("SELECT nosuch FROM {t}", 904, "\"NOSUCH\": invalid identifier*"),
        New("An unknown column of an alias", Error(904)).Fails("SELECT x.nosuch FROM {t} x", 904, "\"X\".\"NOSUCH\": invalid identifier*"),
        New("An unknown column of an INSERT", Error(904)).Fails("INSERT INTO {t} (id, nosuch) VALUES (2, 1)", 904, "\"NOSUCH\": invalid identifier*"),
        New("An unknown column of an UPDATE", Error(904)).Fails("UPDATE {t} SET nosuch = 1", 904, "\"NOSUCH\": invalid identifier*"),
        New("An unknown alias", Error(904)).Fails("SELECT y.id FROM {t} x", 904, "\"Y\".\"ID\": invalid identifier*"),
        new Case("An unknown function", Error(904)).Fails("SELECT nosuch_function(1) FROM DUAL", 904, "\"NOSUCH_FUNCTION\": invalid identifier*"),
        New("An ambiguous column", Error(918)).Fails("SELECT id FROM {t} a, {t} b", 918),
        New("An alias cannot be used in WHERE", Error(904)).Fails("SELECT id AS x FROM {t} WHERE x = 1", 904),
        new Case("Too few arguments", Error(909)).Fails("SELECT SUBSTR('abc') FROM DUAL", [909, 938]),
        new Case("Too many arguments", Error(909)).Fails("SELECT UPPER('a', 'b') FROM DUAL", 909, "invalid number of arguments*"),
        New("Too few values", Error(947)).Fails("INSERT INTO {t} (id, v) VALUES (1)", 947, "not enough values*"),
        New("Too many values", Error(913)).Fails("INSERT INTO {t} (id) VALUES (1, 2)", 913, "too many values*"),
        New("Too many values of a subquery", Error(913)).Fails("SELECT * FROM {t} WHERE id IN (SELECT id, v FROM {t})", 913),
        new Case("More than one row for one value", Error(1427)).Fails("SELECT (SELECT 1 FROM DUAL UNION ALL SELECT 2 FROM DUAL) FROM DUAL", 1427, "single-row subquery returns more than one row*"),
        New("A column beside an aggregate", Error(937)).Fails("SELECT id, COUNT(*) FROM {t}", 937, "not a single-group group function*"),
        New("ROWNUM beside groups", Error(979)).Fails("SELECT ROWNUM, v, COUNT(*) FROM {t} GROUP BY v", 979, "not a GROUP BY expression*"),
        New("A column that is not grouped by", Error(979)).Fails("SELECT v, id, COUNT(*) FROM {t} GROUP BY v", 979, "not a GROUP BY expression*"),
        New("An aggregate in WHERE", Error(934)).Fails("SELECT id FROM {t} WHERE COUNT(*) > 1", 934, "group function is not allowed here*"),
        New("Text compared with a number", Error(1722)).Fails("SELECT * FROM {t} WHERE v = 1", 1722),
        New("A date compared with a number", Error(932)).Fails("SELECT * FROM {t} WHERE SYSDATE = 1", 932, "inconsistent datatypes: expected DATE got NUMBER*"),
        new Case("A literal that does not end", Error(1756)).Fails("SELECT 'abc FROM DUAL", 1756, "quoted string not properly terminated*"),
        new Case("A name that does not end", Error(1740)).Fails("SELECT \"abc FROM DUAL", 1740),
        new Case("An empty name", Error(1741)).Fails("SELECT 1 AS \"\" FROM DUAL", 1741),
        new Case("A character that SQL does not know", Error(911)).Fails("SELECT 1 FROM DUAL WHERE 1 = 1 ?", [911, 933, 1745, 3048, 3049]),
        new Case("A missing parenthesis", Error(907)).Fails("SELECT (1 + 2 FROM DUAL", [907, 3048, 3049]),
        new Case("A missing expression", Error(936)).Fails("SELECT 1 + FROM DUAL", [936, 3048, 3049]),
        new Case("A missing relational operator", Error(920)).Fails("SELECT 1 FROM DUAL WHERE 1 2", [920, 3048, 3049]),
        new Case("A missing table", Error(903)).Fails("SELECT 1 FROM WHERE 1 = 1", [903, 3048, 3049]),
        new Case("A missing comma", Error(917)).Run("CREATE TABLE {t} (a NUMBER, b NUMBER)").Fails("INSERT INTO {t} (a, b) VALUES (1 2)", [917, 907, 3048, 3049]),
        New("A missing SET", Error(971)).Fails("UPDATE {t} id = 1", [971, 933, 3048, 3049]),
        New("Something after the end", Error(933)).Fails("SELECT id FROM {t} ORDER BY id id2", [907, 933, 3048, 3049]),
        new Case("An unknown type", Error(902)).Fails("CREATE TABLE {t} (a NOSUCHTYPE)", [902]),
        new Case("SELECT without FROM, unless the version allows it", Error(923)).Do(s =>
        {
            if (s.Connection.ServerVersion.StartsWith("23", StringComparison.Ordinal)) s.Rows("SELECT 1").Should().Equal("1");
            else s.Fails("SELECT 1", [923]);
        }),
        New("The text of a duplicate key names the constraint", Error(1))
            .Run("CREATE TABLE {u} (id NUMBER CONSTRAINT {uk} UNIQUE)")
            .Run("INSERT INTO {u} VALUES (1)")
            .Fails("INSERT INTO {u} VALUES (1)", 1, "unique constraint ({user}.{uk}) violated*"),
        New("A fault of a late row undoes the rows before it", Concepts("Transactions, Statement-Level Rollback"))
            .Fails("INSERT INTO {t} (id) SELECT LEVEL + 95995 FROM DUAL CONNECT BY LEVEL <= 5000", 1438)
            .Fails("UPDATE {t} SET id = CASE WHEN id = 1 THEN 100000 ELSE id END", 1438)
            .Rows("SELECT id FROM {t}", "1"),
        New("A failed statement leaves the transaction's others", Concepts("Transactions, Statement-Level Rollback"))
            .Do(s =>
            {
                using var transaction = s.Connection.BeginTransaction();
                s.Run("INSERT INTO {t} VALUES (2, 'b')");
                s.Fails("INSERT INTO {t} VALUES (2, 'c')", [1]);
                s.Run("INSERT INTO {t} VALUES (3, 'd')");
                transaction.Commit();
            })
            .Rows("SELECT id FROM {t} ORDER BY id", "1", "2", "3"),
        New("A failed statement can be repaired and run again", Concepts("Transactions, Statement-Level Rollback"))
            .Do(s =>
            {
                using var command = s.Command("INSERT INTO {t} VALUES (:id, :v)", new Bind("id", 1), new Bind("v", "x"));
                s.Fails(() => command.ExecuteNonQuery(), [1]);
                command.Parameters["id"].Value = 2;
                command.ExecuteNonQuery().Should().Be(1);
            })
            .Rows("SELECT id, v FROM {t} ORDER BY id", "1|a", "2|x"),
        new Case("A fault while rows are read surfaces at its row", Driver("OracleDataReader Class, Read"))
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 3")
            .Fails("SELECT 1 / (id - 3) FROM {t} ORDER BY id", 1476),
        new Case("An exception tells its number, its errors and its source", Driver("OracleException Class; OracleError Class"))
            .Do(s =>
            {
                var error = s.Fails("SELECT * FROM {t}", [942]);
                error.Errors.Count.Should().BeGreaterThanOrEqualTo(1);
                error.Errors[0].Number.Should().Be(942);
                error.Message.Should().StartWith("ORA-00942: ");
                error.Errors[0].ArrayBindIndex.Should().Be(-1);
            }),
        new Case("The position of a fault is told", Driver("OracleError Class, ParseErrorOffset"))
            .Do(s => s.Fails("SELECT 1, nosuch FROM DUAL", [904]).Errors[0].ParseErrorOffset.Should().Be(10)),
        new Case("The position of an unknown table is told", Driver("OracleError Class, ParseErrorOffset"))
            .Do(s => s.Fails("SELECT * FROM {t}", [942]).Errors[0].ParseErrorOffset.Should().Be(14)),
        New("An error leaves the connection usable", Driver("OracleException Class"))
            .Do(s =>
            {
                for (var i = 0; i < 20; i++) s.Fails("SELECT nosuch FROM {t}", [904]);
                s.Connection.State.Should().Be(ConnectionState.Open);
            })
            .Rows("SELECT id FROM {t}", "1"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
