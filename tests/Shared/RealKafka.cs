using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KafkaOracle.Reactive;

/// <summary>
/// A real Kafka broker for tests: the one found at KAFKA_HOME, or at ../shared/kafka beside the repository, by its script kafka.sh.
/// It has a port and a directory of its own, and is stopped and wiped at the end.
/// </summary>
internal sealed class RealKafka : IAsyncDisposable
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(3);

    private readonly string _script, _directory;
    private readonly int _port;
    private readonly EventHandler _atExit;
    private int _stopped;

    private RealKafka(string script, string directory, int port)
    {
        (_script, _directory, _port) = (script, directory, port);
        _atExit = (_, _) => Stop();
        // The broker is no child of this process: it would outlive a test run that ends early.
        AppDomain.CurrentDomain.ProcessExit += _atExit;
    }

    /// <summary>Why there is no broker here; null where there is one.</summary>
    public static string? SkipReason { get; } = FindScript() is null
        ? "No Kafka broker here: KAFKA_HOME is not set to a directory with kafka.sh, and there is none at ../shared/kafka beside the repository."
        : HasJava() ? null : "No Kafka broker here: it needs Java 17 or newer on the path.";

    /// <summary>Addresses for the client's <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers => $"127.0.0.1:{_port}";

    /// <summary>Starts a broker, in some seconds; null where <see cref="SkipReason"/> says why there is none.</summary>
    /// <exception cref="InvalidOperationException">It is there and does not start.</exception>
    public static async Task<RealKafka?> TryStartAsync()
    {
        if (SkipReason is not null) return null;
        for (var attempt = 1; ; attempt++)
        {
            var broker = new RealKafka(FindScript()!, Directory.CreateTempSubdirectory("kafka-test-").FullName, FreePortPair());
            try
            {
                await Task.Run(() => broker.Run("start"));
                return broker;
            }
            // Somebody may have taken the port since it was found free.
            catch (InvalidOperationException) when (attempt < 3)
            {
                await broker.DisposeAsync();
            }
            catch
            {
                await broker.DisposeAsync();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(Task.Run(Stop));

    private void Stop()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1) return;
        AppDomain.CurrentDomain.ProcessExit -= _atExit;
        try
        {
            Run("stop");
            Run("wipe");
            Directory.Delete(_directory, recursive: true);
        }
        catch (Exception fault)
        {
            Console.Error.WriteLine($"The broker in {_directory} was not cleaned up: {fault.Message}");
        }
    }

    private void Run(string verb)
    {
        var start = new ProcessStartInfo("bash", [_script, verb, "--dir", _directory, "--port", $"{_port}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(CommandTimeout))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"kafka.sh {verb} did not end within {CommandTimeout}.");
        }
        if (process.ExitCode != 0) throw new InvalidOperationException($"kafka.sh {verb} ended with {process.ExitCode}: {output.Result}{errors.Result}");
    }

    private static string? FindScript()
    {
        var home = Environment.GetEnvironmentVariable("KAFKA_HOME");
        var script = !string.IsNullOrEmpty(home) ? Path.Combine(home, "kafka.sh")
            : Root() is { Parent: { } parent } ? Path.Combine(parent.FullName, "shared", "kafka", "kafka.sh") : null;
        return File.Exists(script) ? script : null;
    }

    private static DirectoryInfo? Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaOracle.Reactive.sln"))) directory = directory.Parent;
        return directory;
    }

    private static bool HasJava()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "java")));

    /// <summary>The script takes a port for clients and the next one for the controller.</summary>
    private static int FreePortPair()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (port == IPEndPoint.MaxPort) continue;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: look for another pair.
            }
        }
        throw new InvalidOperationException("There are no two free ports in a row.");
    }
}
