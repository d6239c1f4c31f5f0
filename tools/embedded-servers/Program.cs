using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EmbeddedServers;
using KafkaOracle.Reactive.Embedded;

const int Ok = 0, CannotStart = 1, WrongUsage = 2;
Arguments arguments;
try
{
    arguments = Arguments.Parse(args, Environment.GetEnvironmentVariable("EMBEDDED_ORACLE_PASSWORD"));
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message} --help lists the options.");
    return WrongUsage;
}
if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return Ok;
}

var stop = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    using var oracle = arguments.ServesOracle ? EmbeddedOracle.Start(arguments.Oracle) : null;
    if (oracle != null) Console.WriteLine($"Oracle: {oracle.ConnectionString}");

    using var kafka = arguments.ServesKafka ? EmbeddedKafka.Start() : null;
    using var bootstrap = kafka == null ? null : new PortForwarder(arguments.KafkaPort, kafka.BootstrapServers);
    if (kafka != null)
    {
        foreach (var (topic, partitions) in arguments.Topics) kafka.CreateTopic(topic, partitions);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kafka: bootstrap.servers=127.0.0.1:{bootstrap!.Port}"));
    }
    Console.WriteLine("Ready. Ctrl-C or SIGTERM stops.");
    await stop.Task;
    Console.WriteLine("Stopping.");
    return Ok;
}
catch (Exception e) when (e is SocketException or IOException or ArgumentException or Confluent.Kafka.KafkaException or DllNotFoundException)
{
    Console.Error.WriteLine($"Cannot start: {e.Message}");
    return CannotStart;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}
