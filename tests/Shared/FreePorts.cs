using System.Net;
using System.Net.Sockets;

namespace KafkaOracle.Reactive;

/// <summary>Ports in a row that nobody listens on: from below the range of which connections get theirs, so that who stops listening finds his own free again.</summary>
internal static class FreePorts
{
    public static int Find(int count)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var held = new List<TcpListener>();
            try
            {
                var first = Random.Shared.Next(20_000, 32_000);
                for (var port = first; port < first + count; port++)
                {
                    var listener = new TcpListener(IPAddress.Loopback, port);
                    held.Add(listener);
                    listener.Start();
                }
                return first;
            }
            catch (SocketException)
            {
                // One is taken: look elsewhere.
            }
            finally
            {
                foreach (var listener in held) listener.Dispose();
            }
        }
        throw new InvalidOperationException($"There are no {count} free ports in a row.");
    }
}
