namespace KafkaOracle.Reactive.Conformance.Connections;

public sealed class ConnectionTests(Target target) : CaseTests(target)
{
    private static readonly string Pooling = Driver("Connection Pooling");
    private static readonly string Cancelling = Driver("OracleCommand Class, Cancel");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static CaseList Cases { get; } = new("Connections")
    {
        new Case("A wrong password is refused", Error(1017)).Do(s =>
            s.Fails(() => Open(s, b => b.Password = "surely-wrong-1"), [1017], ["invalid username/password; logon denied*", "invalid credential or not authorized; logon denied*"])),
        new Case("An unknown user is refused as a wrong password is", Error(1017)).Do(s => s.Fails(() => Open(s, b => b.UserID = "NOBODY_AT_ALL"), [1017])),
        new Case("An unknown service is refused", Error(12514)).Do(s =>
            s.Invoking(x => Open(x, b => b.DataSource = EasyConnect(b.DataSource)[..b.DataSource.LastIndexOf('/')] + "/no.such.service")).Should().Throw<OracleException>().Which.ToString().Should().Contain("12514")),
        new Case("No listener is told", Error(12541)).Do(s => s.Invoking(x => Open(x, b => b.DataSource = "127.0.0.1:1/any")).Should().Throw<OracleException>()),
        new Case("A pool gives sessions back", Pooling).Do(s =>
        {
            var builder = new OracleConnectionStringBuilder(s.ConnectionString) { Pooling = true, MaxPoolSize = 1, ConnectionTimeout = 60, DecrPoolSize = 1 };
            var first = SessionId(builder.ConnectionString);
            SessionId(builder.ConnectionString).Should().Be(first);
        }),
        new Case("Without a pool every connection is another session", Pooling).Do(s =>
        {
            var (one, two) = (s.Another(), s.Another());
            one.Scalar("SELECT SYS_CONTEXT('USERENV', 'SID') FROM DUAL").Should().NotBe(two.Scalar("SELECT SYS_CONTEXT('USERENV', 'SID') FROM DUAL"));
        }),
        new Case("A full pool lets wait, then refuses", Driver("OracleConnection Class, ConnectionString, Connection Timeout")).Do(s =>
        {
            var builder = new OracleConnectionStringBuilder(s.ConnectionString) { Pooling = true, MaxPoolSize = 1, ConnectionTimeout = 1, MinPoolSize = 1 };
            using var first = new OracleConnection(builder.ConnectionString);
            first.Open();
            using var second = new OracleConnection(builder.ConnectionString);
            second.Invoking(c => c.Open()).Should().Throw<OracleException>();
            OracleConnection.ClearPool(first);
        }),
        new Case("A pooled session forgets an open transaction", Pooling)
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Do(s =>
            {
                var builder = new OracleConnectionStringBuilder(s.ConnectionString) { Pooling = true, MaxPoolSize = 1, IncrPoolSize = 1 };
                using (var connection = new OracleConnection(builder.ConnectionString))
                {
                    connection.Open();
                    connection.BeginTransaction();
                    using var command = connection.CreateCommand();
                    command.CommandText = s.Named("INSERT INTO {t} VALUES (1)");
                    command.ExecuteNonQuery();
                }
                using (var connection = new OracleConnection(builder.ConnectionString))
                {
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = s.Named("SELECT COUNT(*) FROM {t}");
                    command.ExecuteScalar().Should().Be(0m);
                    OracleConnection.ClearPool(connection);
                }
            }),
        new Case("A connection opens and reads asynchronously", Driver("Asynchronous Programming")).Do(s => ReadAsync(s).GetAwaiter().GetResult().Should().Be("X")),
        new Case("A closed connection opens again", Driver("OracleConnection Class, Open")).Do(s =>
        {
            var other = s.Another();
            other.Connection.Close();
            other.Connection.State.Should().Be(ConnectionState.Closed);
            other.Connection.Invoking(c => c.BeginTransaction()).Should().Throw<InvalidOperationException>();
            other.Connection.Open();
            other.Rows("SELECT dummy FROM DUAL").Should().Equal("X");
        }),
        new Case("Several readers are open at once", Driver("OracleDataReader Class")).Do(s =>
        {
            using var first = s.Command("SELECT 1 FROM DUAL UNION ALL SELECT 2 FROM DUAL");
            using var second = s.Command("SELECT 'a' FROM DUAL UNION ALL SELECT 'b' FROM DUAL");
            using var numbers = first.ExecuteReader();
            using var texts = second.ExecuteReader();
            var seen = new List<string>();
            while (numbers.Read() && texts.Read()) seen.Add(Show.Row(numbers) + Show.Row(texts));
            seen.Should().Equal("1a", "2b");
        }),
        new Case("A reader that is closed early leaves the connection free", Driver("OracleDataReader Class, Close"))
            .Run("CREATE TABLE {t} (id NUMBER)")
            .Run("INSERT INTO {t} SELECT LEVEL FROM DUAL CONNECT BY LEVEL <= 5000")
            .Do(s =>
            {
                for (var i = 0; i < 20; i++)
                {
                    using var command = s.Command("SELECT id FROM {t}");
                    command.FetchSize = 512;
                    using var reader = command.ExecuteReader();
                    reader.Read().Should().BeTrue();
                }
                s.Rows("SELECT COUNT(*) FROM {t}").Should().Equal("5000");
            }),
        new Case("ExecuteScalar of nothing is null, of NULL is DBNull", Driver("OracleCommand Class, ExecuteScalar")).Do(s =>
        {
            s.Scalar("SELECT 1 FROM DUAL WHERE 1 = 0").Should().BeNull();
            s.Scalar("SELECT NULL FROM DUAL").Should().Be(DBNull.Value);
        }),
        new Case("SingleRow reads one row", Driver("OracleCommand Class, ExecuteReader(CommandBehavior)")).Do(s =>
        {
            using var command = s.Command("SELECT 1 FROM DUAL UNION ALL SELECT 2 FROM DUAL");
            using var reader = command.ExecuteReader(CommandBehavior.SingleRow);
            reader.Read().Should().BeTrue();
            reader.Read().Should().BeFalse();
        }),
        new Case("HasRows tells before the first row", Driver("OracleDataReader Class, HasRows")).Do(s =>
        {
            using var none = s.Command("SELECT 1 FROM DUAL WHERE 1 = 0").ExecuteReader();
            none.HasRows.Should().BeFalse();
            using var some = s.Command("SELECT 1 FROM DUAL").ExecuteReader();
            some.HasRows.Should().BeTrue();
            some.Read().Should().BeTrue();
        }),
        new Case("An adapter fills a table", Driver("OracleDataAdapter Class")).Do(s =>
        {
            using var command = s.Command("SELECT 1 AS n, 'a' AS s FROM DUAL UNION ALL SELECT 2, NULL FROM DUAL");
            using var adapter = new OracleDataAdapter(command);
            using var table = new DataTable();
            adapter.Fill(table).Should().Be(2);
            table.Rows[0]["N"].Should().Be(1m);
            table.Rows[1]["S"].Should().Be(DBNull.Value);
        }),
        new Case("Module, action and client are told to the server", Driver("OracleConnection Class, ModuleName, ActionName and ClientId")).Do(s =>
        {
            var other = s.Another();
            (other.Connection.ModuleName, other.Connection.ActionName, other.Connection.ClientId) = ("sales", "load", "me");
            other.Rows("SELECT SYS_CONTEXT('USERENV', 'MODULE'), SYS_CONTEXT('USERENV', 'ACTION'), SYS_CONTEXT('USERENV', 'CLIENT_IDENTIFIER') FROM DUAL").Should().Equal("sales|load|me");
        }),
        new Case("A session's formats change", Sql("ALTER SESSION")).Do(s =>
        {
            var other = s.Another();
            other.Run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI'");
            other.Rows("SELECT TO_CHAR(DATE '2024-01-02'), TO_DATE('2024-03-04 05:06') FROM DUAL").Should().Equal("2024-01-02 00:00|2024-03-04 05:06:00");
        }),
        new Case("A session's clocks show its time zone", Sql("ALTER SESSION, TIME_ZONE; CURRENT_TIMESTAMP; SESSIONTIMEZONE")).Do(s =>
        {
            var other = s.Another();
            other.Run("ALTER SESSION SET TIME_ZONE = '-05:30'");
            other.Rows("SELECT SESSIONTIMEZONE, TO_CHAR(CURRENT_TIMESTAMP, 'TZH:TZM'), ROUND((CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE) - CURRENT_DATE) * 24, 1) FROM DUAL").Should().Equal("-05:30|-05:30|5.5");
        }),
        new Case("Several settings go in one statement", Sql("ALTER SESSION")).Do(s =>
        {
            var other = s.Another();
            other.Run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY' NLS_NUMERIC_CHARACTERS = ',.' TIME_ZONE = '+01:00'");
            other.Rows("SELECT TO_CHAR(DATE '2024-01-02') || TO_CHAR(0.5) || SESSIONTIMEZONE FROM DUAL").Should().Equal("2024,5+01:00");
        }),
        new Case("A session's decimal mark changes", Sql("ALTER SESSION")).Do(s =>
        {
            var other = s.Another();
            other.Run("ALTER SESSION SET NLS_NUMERIC_CHARACTERS = ',.'");
            other.Rows("SELECT TO_CHAR(1.5), TO_NUMBER('2,5') FROM DUAL").Should().Equal("1,5|2.5");
        }),
        Waiting("A command that takes too long ends, the transaction stays", Driver("OracleCommand Class, CommandTimeout; ORA-01013")).Do(s =>
        {
            var other = s.Another();
            using var held = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            using var transaction = other.Connection.BeginTransaction();
            other.Run("INSERT INTO {t} VALUES (2, 0)");
            using (var command = other.Command("UPDATE {t} SET v = 2 WHERE id = 1"))
            {
                command.CommandTimeout = 1;
                s.Fails(() => command.ExecuteNonQuery(), [1013]);
            }
            held.Rollback();
            transaction.Commit();
            s.Rows("SELECT id, v FROM {t} ORDER BY id").Should().Equal("1|0", "2|0");
        }),
        Waiting("Cancel ends a command that waits", Cancelling).Do(s =>
        {
            var other = s.Another();
            using var held = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            using var command = other.Command("UPDATE {t} SET v = 2 WHERE id = 1");
            var waiting = Task.Run(command.ExecuteNonQuery);
            // A cancel that comes before the command has begun is without effect, so it is repeated.
            for (var i = 0; i < 600 && !waiting.IsCompleted; i++)
            {
                command.Cancel();
                Task.WaitAny([waiting], TimeSpan.FromMilliseconds(100));
            }
            s.Fails(() => waiting.GetAwaiter().GetResult(), [1013]);
            other.Rows("SELECT v FROM {t}").Should().Equal("0");
        }),
        Waiting("A token ends a command that waits", Driver("Asynchronous Programming, Cancellation")).Do(s =>
        {
            var other = s.Another();
            using var held = s.Connection.BeginTransaction();
            s.Run("UPDATE {t} SET v = 1 WHERE id = 1");
            // A token that fires before the command has begun is without effect: the command then gives up the lock (ORA-00054), or never does.
            Exception fault;
            var seconds = 1;
            do
            {
                using var command = other.Command("UPDATE {t} SET v = 2 WHERE id = 1");
                using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
                var waiting = command.ExecuteNonQueryAsync(stop.Token);
                Task.WaitAny([waiting], Patience).Should().Be(0, "the command ends");
                fault = waiting.Invoking(w => w.GetAwaiter().GetResult()).Should().Throw<Exception>().Which;
                seconds *= 4;
            }
            while (fault is OracleException { Number: 54 } && seconds < 60);
            fault.Should().Match(e => e is OperationCanceledException || (e is OracleException && ((OracleException)e).Number == 1013));
            other.Rows("SELECT v FROM {t}").Should().Equal("0");
        }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);

    private static Case Waiting(string name, string reference) => new Case(name, reference)
        .Run("CREATE TABLE {t} (id NUMBER PRIMARY KEY, v NUMBER)")
        .Run("INSERT INTO {t} VALUES (1, 0)");

    private static void Open(Session session, Action<OracleConnectionStringBuilder> change)
    {
        var builder = new OracleConnectionStringBuilder(session.ConnectionString) { Pooling = false };
        change(builder);
        using var connection = new OracleConnection(builder.ConnectionString);
        connection.Open();
    }

    private static string EasyConnect(string source)
    {
        if (source.Contains('(', StringComparison.Ordinal) || !source.Contains('/', StringComparison.Ordinal)) Assert.Skip("The data source is not of the form host:port/service.");
        return source;
    }

    private static object SessionId(string connectionString)
    {
        using var connection = new OracleConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT SYS_CONTEXT('USERENV', 'SID') FROM DUAL";
        return command.ExecuteScalar();
    }

    private static async Task<object?> ReadAsync(Session session)
    {
        await using var connection = new OracleConnection(session.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT dummy FROM DUAL";
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).Should().BeTrue();
        return reader.GetValue(0);
    }
}
