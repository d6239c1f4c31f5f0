using System.ComponentModel;
using System.Diagnostics;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>
/// node-oracledb in thin mode, a client that shares no code with ODP.NET, runs its suite in tests/clients/node. Skipped where node, npm
/// or the package cannot be had.
/// </summary>
public sealed class NodeClientTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "clients", "node");

    [Fact]
    public async Task Node_oracledb_is_served()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "oracledb")))
        {
            var (installed, why) = await Run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.SkipWhen(installed != 0, $"npm does not install oracledb: {why}");
        }
        const string Password = "node";
        await using var server = EmbeddedOracle.Start(new EmbeddedOracleOptions { Password = Password });

        var (code, output) = await Run("node", "suite.js", $"{server.Port}", server.User, Password);

        Assert.SkipWhen(code == null, $"node does not run: {output}");
        output.Split('\n').Where(l => l.StartsWith("not ok", StringComparison.Ordinal)).Should().BeEmpty();
        output.Split('\n').Count(l => l.StartsWith("ok ", StringComparison.Ordinal)).Should().BeGreaterThan(10, output);
        code.Should().Be(0, output);
    }

    /// <summary>The exit code, null when the program is not there, and what it said.</summary>
    private static async Task<(int? Code, string Output)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Times are compared as the suite writes them; on Windows npm is a script.
        start.Environment["TZ"] = "UTC";
        if (OperatingSystem.IsWindows() && program == "npm") start.FileName = "npm.cmd";
        try
        {
            using var process = Process.Start(start)!;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            timeout.CancelAfter(Longest);
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            try
            {
                await process.WaitForExitAsync(timeout.Token);
                return (process.ExitCode, await output + await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return (-1, $"{program} did not end in {Longest}");
            }
        }
        catch (Win32Exception e)
        {
            return (null, e.Message);
        }
    }
}
