using System.Globalization;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>
/// A session as ODP.NET 23.26 led it, request by request, replayed byte for byte: whatever changes in what is sent shows. With
/// KAFKAORACLE_GOLDEN=write the replies are written anew, next to the test's output.
/// </summary>
public sealed class GoldenSessionTests
{
    private const string Password = "golden";
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Wire", "Golden", "odp-net.txt");

    [Fact]
    public async Task Answers_the_requests_of_a_recorded_session_byte_for_byte()
    {
        var lines = await File.ReadAllLinesAsync(Golden, TestContext.Current.CancellationToken);
        await using var server = EmbeddedOracle.Start(new EmbeddedOracleOptions { Password = Password, User = "TOOLKIT", Clock = new Stopped() });
        using var client = new WireClient(server, Password, new ClientKind(319, 24, Compressed: true, EndOfResponse: false, LongErrors: false)).Login();
        var written = new List<string>();
        var differences = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith('>'))
            {
                if (lines[i].StartsWith('#')) written.Add(lines[i]);
                continue;
            }
            var reply = Convert.ToHexString(client.Exchange(Convert.FromHexString(lines[i][1..])));
            written.AddRange([lines[i], $"<{reply}"]);
            var expected = i + 1 < lines.Length && lines[i + 1].StartsWith('<') ? lines[i + 1][1..] : "";
            if (expected != reply) differences.Add(string.Create(CultureInfo.InvariantCulture, $"line {i + 2}: expected {expected}, got {reply}"));
        }
        if (Environment.GetEnvironmentVariable("KAFKAORACLE_GOLDEN") == "write") await File.WriteAllLinesAsync(Golden + ".new", written, TestContext.Current.CancellationToken);

        differences.Should().BeEmpty();
        written.Should().HaveCountGreaterThan(30);
    }

    private sealed class Stopped : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
    }
}
