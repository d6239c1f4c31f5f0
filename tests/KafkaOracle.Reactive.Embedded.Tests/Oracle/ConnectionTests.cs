using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class ConnectionTests : OracleFixture
{
    [Fact]
    public void Connects_and_answers_a_query()
    {
        using var connection = Open();

        Scalar(connection, "SELECT 1 FROM DUAL").Should().Be(1m);
        connection.ServerVersion.Should().StartWith("23");
    }

    [Fact]
    public async Task Connects_asynchronously_and_through_a_pool()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var connection = new OracleConnection(Server.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            Scalar(connection, "SELECT DUMMY FROM DUAL").Should().Be("X");
        }

        Server.SessionCount.Should().Be(1);
        OracleConnection.ClearAllPools();
    }

    [Fact]
    public void Refuses_a_wrong_password()
    {
        var wrong = $"User Id={Server.User};Password=wrong;Data Source=127.0.0.1:{Server.Port}/FREEPDB1;Pooling=false";

        var error = Fails(() => new OracleConnection(wrong).Open());

        error.Number.Should().Be(1017);
        Text(error).Should().Be("ORA-01017: invalid username/password; logon denied");
    }

    [Fact]
    public void Refuses_an_unknown_user_and_an_unknown_service()
    {
        Fails(() => new OracleConnection(Server.ConnectionString.Replace(Server.User, "NOBODY") + ";Pooling=false").Open()).Number.Should().Be(1017);
        Fails(() => new OracleConnection(Server.ConnectionString.Replace("FREEPDB1", "NOSUCH") + ";Pooling=false").Open()).ToString().Should().Contain("12514");
    }

    [Fact]
    public void Shows_no_password()
    {
        var password = new OracleConnectionStringBuilder(Server.ConnectionString).Password;

        Server.ToString().Should().NotContain(password).And.Contain(Server.User);
    }

    [Fact]
    public void Has_documented_defaults()
    {
        var options = new EmbeddedOracleOptions();

        options.Address.Should().Be(System.Net.IPAddress.Loopback);
        options.Port.Should().Be(0);
        options.User.Should().Be("KAFKAORACLE");
        options.Password.Should().BeNull();
        options.ServiceName.Should().Be("FREEPDB1");
        options.File.Should().BeNull();
        options.CanCreateTables.Should().BeTrue();
        options.LockWait.Should().Be(TimeSpan.FromSeconds(30));
        options.Clock.Should().BeSameAs(TimeProvider.System);
        options.MaxSessions.Should().Be(500);
        options.MaxRequestBytes.Should().Be(256L << 20);
        options.MaxLobBytes.Should().Be(256L << 20);
    }

    [Fact]
    public void Keeps_data_in_a_file_beyond_the_server()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
        var options = new EmbeddedOracleOptions { File = file, Password = "kept" };
        try
        {
            using (var first = EmbeddedOracle.Start(options))
            using (var connection = new OracleConnection(first.ConnectionString + ";Pooling=false"))
            {
                connection.Open();
                Run(connection, "CREATE TABLE KEPT (ID NUMBER(5) PRIMARY KEY, V VARCHAR2(10) DEFAULT 'x')");
                Run(connection, "ALTER TABLE KEPT ADD (N NUMBER)");
                Run(connection, "INSERT INTO KEPT (ID, N) VALUES (1, 2.5)");
            }
            using var second = EmbeddedOracle.Start(options);
            FluentActions.Invoking(() => EmbeddedOracle.Start(options)).Should().Throw<IOException>("one process serves a file");
            using var again = new OracleConnection(second.ConnectionString + ";Pooling=false");
            again.Open();
            Rows(again, "SELECT * FROM KEPT").Should().Equal("1,x,2.5");
            Fails(() => Run(again, "INSERT INTO KEPT (ID) VALUES (1)")).Number.Should().Be(1);
        }
        finally
        {
            foreach (var suffix in new[] { "", "-wal", "-shm", "-owner" }) File.Delete(file + suffix);
        }
    }

    [Fact]
    public void Ends_its_sessions_when_it_is_disposed()
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        Run(connection, "CREATE TABLE T (ID NUMBER)");

        Server.Dispose();

        Server.SessionCount.Should().Be(0);
        Fails(() => Scalar(connection, "SELECT 1 FROM DUAL")).Number.Should().BePositive();
    }
}
