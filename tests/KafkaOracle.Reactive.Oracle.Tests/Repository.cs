namespace KafkaOracle.Reactive.Oracle.Tests;

/// <summary>The checkout that the tests run in, for those that hold its files to something.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaOracle.Reactive.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run from within the repository.");
    }
}
