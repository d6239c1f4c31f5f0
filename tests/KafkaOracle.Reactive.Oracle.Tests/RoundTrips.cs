using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace KafkaOracle.Reactive.Oracle.Tests;

/// <summary>Stands between a driver and a server and counts how often the client speaks after the server has.</summary>
internal sealed partial class RoundTrips : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _count;

    public RoundTrips(string connectionString)
    {
        _listener.Start();
        var server = int.Parse(Port.Match(connectionString).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        ConnectionString = Port.Replace(connectionString, $":{((IPEndPoint)_listener.LocalEndpoint).Port}/", 1);
        _serving = ServeAsync(server);
    }

    public string ConnectionString { get; }

    /// <summary>Since the last time it was asked for.</summary>
    public int Take() => Interlocked.Exchange(ref _count, 0);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(int port)
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stop.Token), port));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient client, int port)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        await far.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
        var serverSpokeLast = 1;
        await Task.WhenAny(
            PumpAsync(near, far, () => _ = Interlocked.Exchange(ref serverSpokeLast, 0) == 1 ? Interlocked.Increment(ref _count) : 0),
            PumpAsync(far, near, () => Volatile.Write(ref serverSpokeLast, 1)));
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Action spoke)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                spoke();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or InvalidOperationException)
        {
            return;
        }
    }

    [GeneratedRegex(@":(\d+)/")]
    private static partial Regex Port { get; }
}
