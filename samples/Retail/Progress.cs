using System.Globalization;
using KafkaOracle.Reactive;

namespace Retail;

/// <summary>Shows a run while it runs: one line that changes on a terminal, a line a second elsewhere.</summary>
public static class Progress
{
    public static async Task ShowAsync(PipelineRun run)
    {
        var interval = TimeSpan.FromMilliseconds(Console.IsOutputRedirected ? 1000 : 200);
        while (await Task.WhenAny(run.Completion, Task.Delay(interval, TimeProvider.System)) != run.Completion) Show(run.Status);
        Show(run.Status);
        if (!Console.IsOutputRedirected) Console.WriteLine();
    }

    private static void Show(RunStatus status)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{status.State,-9}  read {status.Messages.Read,6:N0}  behind {status.Behind,6:N0}  rows {status.Rows.Values.Sum(),6:N0}  epochs {status.Epochs,4:N0}  watermark {status.Watermark:yyyy-MM-dd HH:mm}");
        if (Console.IsOutputRedirected) Console.WriteLine(line);
        else Console.Write($"\r{line}\e[K");
    }
}
