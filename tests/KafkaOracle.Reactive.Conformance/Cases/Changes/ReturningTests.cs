namespace KafkaOracle.Reactive.Conformance.Changes;

public sealed class ReturningTests(Target target) : CaseTests(target)
{
    private static readonly string Returning = Sql("INSERT, returning_clause");

    private static Case New(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER(10) PRIMARY KEY, v VARCHAR2(20) DEFAULT 'none', d DATE)");

    public static CaseList Cases { get; } = new("RETURNING")
    {
        New("INSERT returns what it stored", Returning).Do(s =>
        {
            using var command = s.Command("INSERT INTO {t} (id, d) VALUES (7, DATE '2024-01-01') RETURNING id * 2, v, d INTO :a, :b, :c");
            var (a, b, c) = (Out(command, "a", OracleDbType.Int32), Out(command, "b", OracleDbType.Varchar2, 50), Out(command, "c", OracleDbType.Date));
            command.ExecuteNonQuery().Should().Be(1);
            (Show.Value(a.Value), Show.Value(b.Value), Show.Value(c.Value)).Should().Be(("14", "none", "2024-01-01 00:00:00"));
        }),
        New("UPDATE returns new values", Sql("UPDATE, returning_clause")).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) VALUES (1, 'old')");
            using var command = s.Command("UPDATE {t} SET v = v || '+new' WHERE id = :id RETURNING v INTO :v", new Bind("id", 1));
            var v = Out(command, "v", OracleDbType.Varchar2, 50);
            command.ExecuteNonQuery();
            Show.Value(v.Value).Should().Be("old+new");
        }),
        New("DELETE returns old values", Sql("DELETE, returning_clause")).Do(s =>
        {
            s.Run("INSERT INTO {t} (id, v) VALUES (1, 'gone')");
            using var command = s.Command("DELETE FROM {t} WHERE id = 1 RETURNING v INTO :v");
            var v = Out(command, "v", OracleDbType.Varchar2, 50);
            command.ExecuteNonQuery().Should().Be(1);
            Show.Value(v.Value).Should().Be("gone");
        }),
        New("A returned NULL is NULL", Returning).Do(s =>
        {
            using var command = s.Command("INSERT INTO {t} (id, v) VALUES (1, NULL) RETURNING v INTO :v");
            var v = Out(command, "v", OracleDbType.Varchar2, 50);
            command.ExecuteNonQuery();
            v.Value.Should().BeAssignableTo<INullable>().Which.IsNull.Should().BeTrue();
        }),
        New("An array INSERT returns a value a row", Driver("OracleCommand Class, Array Binding")).Do(s =>
        {
            using var command = s.ArrayCommand("INSERT INTO {t} (id, v) VALUES (:id, 'v' || :id) RETURNING v INTO :v", 3, ("id", OracleDbType.Int32, new[] { 5, 6, 7 }));
            var v = Out(command, "v", OracleDbType.Varchar2);
            v.ArrayBindSize = [50, 50, 50];
            command.ExecuteNonQuery().Should().Be(3);
            ((OracleString[])v.Value).Select(x => x.Value).Should().Equal("v5", "v6", "v7");
        }),
        New("RETURNING passes through a unique key's fault", Error(1)).Do(s =>
        {
            s.Run("INSERT INTO {t} (id) VALUES (1)");
            using var command = s.Command("INSERT INTO {t} (id) VALUES (1) RETURNING id INTO :id");
            Out(command, "id", OracleDbType.Int32);
            s.Fails(() => command.ExecuteNonQuery(), [1]);
        }),
        New("A row's address is returned", Sql("Pseudocolumns, ROWID Pseudocolumn")).Do(s =>
        {
            using var command = s.Command("INSERT INTO {t} (id) VALUES (3) RETURNING ROWIDTOCHAR(ROWID) INTO :r");
            var r = Out(command, "r", OracleDbType.Varchar2, 18);
            command.ExecuteNonQuery();
            s.Rows("SELECT id FROM {t} WHERE ROWID = CHARTOROWID(:r)", new Bind("r", Show.Value(r.Value))).Should().Equal("3");
        }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);

    private static OracleParameter Out(OracleCommand command, string name, OracleDbType type, int size = 0)
    {
        var parameter = new OracleParameter(name, type, ParameterDirection.Output);
        if (size > 0) parameter.Size = size;
        command.Parameters.Add(parameter);
        return parameter;
    }
}
