using System.Diagnostics;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.Tests.Program;

/// <summary>The program tools/embedded-servers as a process of its own.</summary>
internal sealed class ServerProgram : IDisposable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "embedded-servers.dll");
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly List<string> _lines = [];

    public ServerProgram(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["EMBEDDED_ORACLE_PASSWORD"] = "secret of a test";
        // Little of the program runs twice: compiling it well does not pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors) _errors.AppendLine(e.Data);
        };
        _process.BeginErrorReadLine();
    }

    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public IReadOnlyList<string> Lines => _lines;

    public string OracleConnectionString => Line("Oracle: ") + ";Pooling=false";

    public string BootstrapServers => Line("Kafka: bootstrap.servers=");

    /// <summary>Reads what it says until it serves, or ends.</summary>
    public async Task<ServerProgram> ReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            _lines.Add(line);
            if (line.StartsWith("Ready.", StringComparison.Ordinal)) return this;
        }
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        throw new InvalidOperationException($"The program ended with {_process.ExitCode}: {Errors}");
    }

    public async Task<int> ExitAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) _lines.Add(line);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void SendTerminate() => Signals.Send(_process, Signals.Terminate);

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private string Line(string start) => _lines.Single(l => l.StartsWith(start, StringComparison.Ordinal))[start.Length..];
}
