using System.Reflection;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>Finds the librdkafka that Confluent.Kafka has loaded, so that the process maps one library and not two.</summary>
internal static class NativeKafkaLibrary
{
    /// <summary>A name that no file has: it can be resolved by <see cref="Resolve"/> only.</summary>
    internal const string Name = "librdkafka-of-Confluent.Kafka";

    private static readonly Lazy<bool> Registration = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeKafkaLibrary).Assembly, Resolve);
        return true;
    });

    /// <summary>Must have been called before the first native function.</summary>
    internal static void Register() => _ = Registration.Value;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Name) return 0;
        // Makes Confluent.Kafka choose and load its variant first.
        var version = Confluent.Kafka.Library.VersionString;
        var owner = typeof(Confluent.Kafka.Library).Assembly;
        foreach (var candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, owner, null, out var handle)) return handle;
        }
        throw new DllNotFoundException(
            $"Confluent.Kafka runs librdkafka {version}, but none of {string.Join(", ", Candidates())} could be loaded next to it. " +
            "The package librdkafka.redist has to be deployed with the application.");
    }

    /// <summary>
    /// Confluent.Kafka's own candidates in its own order: on Alpine the musl build; elsewhere the full build,
    /// which on Linux needs libsasl2.so.3, and without it the build that does not.
    /// </summary>
    private static string[] Candidates() =>
        !OperatingSystem.IsLinux() ? ["librdkafka"]
        : IsAlpine() ? ["alpine-librdkafka"]
        : ["librdkafka", "centos8-librdkafka"];

    private static bool IsAlpine()
    {
        const string Release = "/etc/os-release";
        return File.Exists(Release) && File.ReadLines(Release).Any(line => line is "ID=alpine" or "ID=\"alpine\"");
    }
}
