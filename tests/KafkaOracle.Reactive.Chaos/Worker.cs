using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>A run of the work in a process of its own: this program, started as a worker.</summary>
internal sealed class Worker : IDisposable
{
    private const string Verb = "worker";

    /// <summary>
    /// Embedded brokers take connections in this process, and librdkafka leaves those open to the processes that it starts: what a broker
    /// closes would stay open for its client. So all but the standard streams are closed before the worker begins.
    /// </summary>
    private const string OnItsOwn = "for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -le 2 ] || eval \"exec $n>&-\"; done; exec \"$@\"";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    public Worker(Work work, string servers, string database)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo("bash",
            ["-c", OnItsOwn, Verb, dotnet, typeof(Worker).Assembly.Location, Verb, work.Seed.ToString(CultureInfo.InvariantCulture), work.Lanes.ToString(), servers, database])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        // It does not live long: compiling it well does not pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors) _errors.AppendLine(e.Data);
        };
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>It stands still, until it is continued.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>What it wrote to its error stream.</summary>
    public override string ToString()
    {
        lock (_errors) return $"process {_process.Id} {(HasExited ? $"ended with {_process.ExitCode}" : IsStopped ? "is stopped" : "runs")}: {_errors}";
    }

    /// <summary>Whether the program was started as a worker.</summary>
    public static bool IsFor(string[] args) => args is [Verb, ..];

    /// <summary>What the program does as a worker: it runs the work until SIGTERM drains it, or the process that started it is gone.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var work = new Work(int.Parse(args[1], CultureInfo.InvariantCulture), Enum.Parse<Lanes>(args[2]), args[3], args[4]);
        await using var run = work.Start();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            run.DrainAsync();
        });
        _ = Task.Run(static () =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(2);
        });
        try
        {
            await run.Completion;
            return 0;
        }
        catch (Exception fault)
        {
            await Console.Error.WriteLineAsync(fault.ToString());
            return 1;
        }
    }

    /// <summary>SIGKILL: no handler runs, no buffer is flushed.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGSTOP.</summary>
    public void Stop()
    {
        IsStopped = true;
        Signals.Send(_process, Signals.Stop);
    }

    /// <summary>SIGCONT.</summary>
    public void Continue()
    {
        IsStopped = false;
        Signals.Send(_process, Signals.Continue);
    }

    /// <summary>SIGTERM, and SIGKILL where it has not ended after 20 seconds, as it may wait for rows that a stopped process holds.</summary>
    public async Task DrainAsync(CancellationToken stop)
    {
        Signals.Send(_process, Signals.Terminate);
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(stop);
        grace.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            _process.Kill();
            await _process.WaitForExitAsync(stop);
        }
    }

    public void Dispose()
    {
        if (!HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
