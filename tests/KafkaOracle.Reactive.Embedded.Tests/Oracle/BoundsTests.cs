using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

public sealed class BoundsTests() : OracleFixture(new EmbeddedOracleOptions { MaxSessions = 2, MaxRequestBytes = 100_000 })
{
    [Fact]
    public void Refuses_more_sessions_than_allowed_and_serves_again_when_one_has_gone()
    {
        using var first = Open();
        using (var second = Open())
        {
            Fails(() => Open()).ToString().Should().Contain("12516");
            Scalar(second, "SELECT 1 FROM DUAL").Should().Be(1m);
        }
        SpinWait.SpinUntil(() => Server.SessionCount < 2, TimeSpan.FromSeconds(60)).Should().BeTrue();

        using var third = Open();
        Scalar(third, "SELECT 1 FROM DUAL").Should().Be(1m);
    }

    [Fact]
    public void Answers_a_request_that_is_too_long_and_goes_on()
    {
        using var connection = Open();
        Run(connection, "CREATE TABLE B (V VARCHAR2(4000))");
        using var insert = ArrayCommand(connection, "INSERT INTO B VALUES (:v)", 100, ("v", OracleDbType.Varchar2, Enumerable.Repeat(new string('x', 3000), 100).ToArray()));

        Fails(() => insert.ExecuteNonQuery()).Number.Should().Be(3137);

        Scalar(connection, "SELECT COUNT(*) FROM B").Should().Be(0m);
    }

    [Fact]
    public void Refuses_bounds_that_are_not_positive()
    {
        new Action(() => EmbeddedOracle.Start(new EmbeddedOracleOptions { MaxSessions = 0 })).Should().Throw<ArgumentOutOfRangeException>();
        new Action(() => EmbeddedOracle.Start(new EmbeddedOracleOptions { MaxRequestBytes = 0 })).Should().Throw<ArgumentOutOfRangeException>();
        new Action(() => EmbeddedOracle.Start(new EmbeddedOracleOptions { MaxLobBytes = 0 })).Should().Throw<ArgumentOutOfRangeException>();
    }
}
