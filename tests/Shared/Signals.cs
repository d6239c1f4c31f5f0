using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>Signals to other processes, with Linux's numbers.</summary>
internal static partial class Signals
{
    public const int Terminate = 15, Continue = 18, Stop = 19;

    /// <summary>Sends one; a process that has ended does not mind.</summary>
    public static void Send(Process process, int signal)
    {
        if (!process.HasExited) _ = Send(process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
