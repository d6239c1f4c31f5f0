using System.Net;
using EmbeddedServers;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>A port of this machine whose connections lead to another one, until they are cut.</summary>
internal sealed class Network : IDisposable
{
    private PortForwarder? _forwarder;
    private int _target;

    public int Port { get; } = FreePorts.Find(1);

    public void LeadTo(int target)
    {
        _target = target;
        _forwarder = new(Port, $"{IPAddress.Loopback}:{target}");
    }

    /// <summary>Closes all connections, and refuses others for a time.</summary>
    public async Task CutAsync(TimeSpan time, CancellationToken stop)
    {
        _forwarder!.Dispose();
        await Task.Delay(time, stop);
        LeadTo(_target);
    }

    public void Dispose() => _forwarder?.Dispose();
}
