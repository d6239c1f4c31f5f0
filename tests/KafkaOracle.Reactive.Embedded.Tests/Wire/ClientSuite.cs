using System.ComponentModel;
using System.Diagnostics;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>A suite under tests/clients that a client in another language runs against a server of its own.</summary>
internal sealed class ClientSuite(string name)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    public string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "clients", name);

    /// <summary>Runs it: each of its lines says "ok" or "not ok" of a case.</summary>
    public async Task Passes(string program, string script, int atLeast)
    {
        const string Password = "client";
        await using var server = EmbeddedOracle.Start(new EmbeddedOracleOptions { Password = Password });

        var (code, output) = await Run(program, script, $"{server.Port}", server.User, Password);

        Assert.SkipWhen(code == null, $"{program} does not run: {output}");
        output.Split('\n').Where(l => l.StartsWith("not ok", StringComparison.Ordinal)).Should().BeEmpty();
        output.Split('\n').Count(l => l.StartsWith("ok ", StringComparison.Ordinal)).Should().BeGreaterThanOrEqualTo(atLeast, output);
        code.Should().Be(0, output);
    }

    /// <summary>The exit code, null when the program is not there, and what it said.</summary>
    public async Task<(int? Code, string Output)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Times are compared as the suite writes them; on Windows npm is a script.
        start.Environment["TZ"] = "UTC";
        start.Environment["PYTHONUTF8"] = "1";
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
