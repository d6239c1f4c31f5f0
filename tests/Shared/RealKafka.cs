using System.Diagnostics;

namespace KafkaOracle.Reactive;

/// <summary>
/// Real Kafka brokers for tests, one or three: those found at KAFKA_HOME, or at ../shared/kafka beside the repository, by the script
/// kafka.sh. They have ports and a directory of their own, and are stopped and wiped at the end.
/// </summary>
internal sealed class RealKafka : IAsyncDisposable
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(3);

    private readonly string _script, _directory;
    private readonly int _port, _brokers;
    private readonly int? _advertised;
    private readonly EventHandler _atExit;
    private int _stopped;

    private RealKafka(string script, string directory, int port, int brokers, int? advertised)
    {
        (_script, _directory, _port, _brokers, _advertised) = (script, directory, port, brokers, advertised);
        _atExit = (_, _) => Stop();
        // The broker is no child of this process: it would outlive a test run that ends early.
        AppDomain.CurrentDomain.ProcessExit += _atExit;
    }

    /// <summary>Why there is no broker here; null where there is one.</summary>
    public static string? SkipReason { get; } = FindScript() is null
        ? "No Kafka broker here: KAFKA_HOME is not set to a directory with kafka.sh, and there is none at ../shared/kafka beside the repository."
        : HasJava() ? null : "No Kafka broker here: it needs Java 17 or newer on the path.";

    /// <summary>Addresses for the client's <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers => _advertised is { } advertised ? $"127.0.0.1:{advertised}" : string.Join(',', Enumerable.Range(0, _brokers).Select(b => $"127.0.0.1:{_port + 2 * b}"));

    /// <summary>Where the first broker listens.</summary>
    public int Port => _port;

    /// <summary>Starts brokers, in some seconds; null where <see cref="SkipReason"/> says why there are none.</summary>
    /// <param name="brokers">1 or 3.</param>
    /// <param name="advertised">The port that a single broker tells its clients, where somebody passes their connections on to <see cref="Port"/>; null for its own.</param>
    /// <exception cref="InvalidOperationException">They are there and do not start.</exception>
    public static async Task<RealKafka?> TryStartAsync(int brokers = 1, int? advertised = null)
    {
        if (SkipReason is not null) return null;
        for (var attempt = 1; ; attempt++)
        {
            var broker = new RealKafka(FindScript()!, Directory.CreateTempSubdirectory("kafka-test-").FullName, FreePorts.Find(2 * brokers), brokers, advertised);
            try
            {
                await Task.Run(() => broker.Run("start", ["--brokers", $"{brokers}", .. advertised is { } port ? ["-o", $"advertised.listeners=PLAINTEXT://127.0.0.1:{port}"] : Array.Empty<string>()]));
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

    /// <summary>SIGKILL to a broker, from 1; back when it is gone.</summary>
    public Task KillAsync(int broker) => Task.Run(() => Run("kill", $"{broker}"));

    /// <summary>Starts a broker that was killed; back when it serves.</summary>
    public Task ReviveAsync(int broker) => Task.Run(() => Run("revive", $"{broker}"));

    /// <summary>SIGSTOP to a broker: its connections stay and nothing answers.</summary>
    public Task PauseAsync(int broker) => Task.Run(() => Run("pause", $"{broker}"));

    /// <summary>SIGCONT to a broker.</summary>
    public Task ResumeAsync(int broker) => Task.Run(() => Run("resume", $"{broker}"));

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

    private void Run(string verb, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [_script, verb, .. arguments, "--dir", _directory, "--port", $"{_port}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
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
}
