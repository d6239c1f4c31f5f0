namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>
/// node-oracledb in thin mode, a client that shares no code with ODP.NET, runs its suite in tests/clients/node. Skipped where node, npm
/// or the package cannot be had.
/// </summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task Node_oracledb_is_served()
    {
        var suite = new ClientSuite("node");
        if (!Directory.Exists(Path.Combine(suite.Folder, "node_modules", "oracledb")))
        {
            var (installed, why) = await suite.Run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.SkipWhen(installed != 0, $"npm does not install oracledb: {why}");
        }
        await suite.Passes("node", "suite.js", atLeast: 18);
    }
}
