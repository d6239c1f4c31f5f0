namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>
/// python-oracledb in thin mode runs its suite in tests/clients/python. Skipped where Python or the module is not there: it is Debian's
/// package python3-oracledb, or PyPI's oracledb.
/// </summary>
public sealed class PythonClientTests
{
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3", "python"];

    [Fact]
    public async Task Python_oracledb_is_served()
    {
        var suite = new ClientSuite("python");
        foreach (var python in Pythons)
        {
            if (await suite.Run(python, "-c", "import oracledb") is not (0, _)) continue;
            await suite.Passes(python, "suite.py", atLeast: 13);
            return;
        }
        Assert.Skip("No Python has the module oracledb.");
    }
}
