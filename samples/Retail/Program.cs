using System.Globalization;
using System.Runtime.InteropServices;
using KafkaOracle.Reactive;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Options;
using Retail;

// Real sales through Kafka into Oracle, exactly once. Without servers at hand the embedded ones serve.
//   KAFKA_BOOTSTRAP       brokers to use instead of the embedded one
//   KAFKAORACLE_ORACLE    connection string of a database to use instead of the embedded one
//   RETAIL_EPOCH_ROWS     most rows a transaction holds (default 2000)
//   RETAIL_TIMEOUT        seconds the servers may take to answer (default 10)
try
{
    return await RunAsync();
}
catch (Exception fault) when (fault is not (NullReferenceException or InvalidCastException))
{
    await Console.Error.WriteLineAsync($"retail: {(fault is OptionsValidationException options ? string.Join(" ", options.Failures) : fault.Message)}");
    return 1;
}

static async Task<int> RunAsync()
{
    var data = Path.Combine(AppContext.BaseDirectory, "Data");
    var timeout = TimeSpan.FromSeconds(Setting("RETAIL_TIMEOUT", 10));
    var options = RetailPipeline.Options();
    options.EpochRows = Setting("RETAIL_EPOCH_ROWS", 2000);
    var pipeline = RetailPipeline.Define(ExchangeRates.Read(Path.Combine(data, "ecb-reference-rates.csv")), options);

    using var kafka = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP") is null ? EmbeddedKafka.Start() : null;
    await using var oracle = Environment.GetEnvironmentVariable("KAFKAORACLE_ORACLE") is null ? EmbeddedOracle.Start() : null;
    var brokers = kafka?.BootstrapServers ?? Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP")!;
    var database = oracle?.ConnectionString ?? Environment.GetEnvironmentVariable("KAFKAORACLE_ORACLE")!;
    var source = new KafkaSource(new() { BootstrapServers = brokers, ConnectTimeout = timeout });
    var store = new OracleStore(new OracleStoreOptions { ConnectionString = database });
    Console.WriteLine($"Kafka: {(kafka is null ? brokers : "embedded")}, Oracle: {(oracle is null ? "as configured" : "embedded")}");

    kafka?.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
    if (kafka is null) await ExternalTopic.EnsureAsync(brokers, RetailPipeline.Topic, timeout);
    using var stop = new CancellationTokenSource();
    var sent = await SalesFeed.SendAsync(brokers, RetailPipeline.Topic, SalesFeed.Read(Path.Combine(data, "online-retail.csv")), stop.Token);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent:N0} messages sent to topic '{RetailPipeline.Topic}'"));

    await using var run = pipeline.Start(source, store);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Drain);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Drain);
    await Progress.ShowAsync(run);
    await run.Completion;
    Console.WriteLine();
    (await Summary.ReadAsync(database)).Write(Console.Out);
    return 0;

    void Drain(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ = run.DrainAsync();
    }
}

static int Setting(string name, int standard) => Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text ? standard
    : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
    : throw new ArgumentException($"{name} is '{text}', which is not a whole number.");
