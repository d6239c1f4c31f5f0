using System.Globalization;
using System.Runtime.InteropServices;
using KafkaOracle.Reactive;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Options;
using Retail;

const string Help = """
    Real sales through Kafka into Oracle, exactly once. Without servers at hand the embedded ones serve.

      KAFKA_BOOTSTRAP       brokers to use instead of the embedded one
      KAFKAORACLE_ORACLE    connection string of a database to use instead of the embedded one
      RETAIL_EPOCH_ROWS     most rows a transaction holds (default 2000)
      RETAIL_TIMEOUT        seconds the brokers may take to answer (default 10)

    Exit codes: 0 the work is done, or Ctrl-C or SIGTERM ended it between two transactions and the next run goes on; 1 it failed.
    """;

// Tells a caller's or a server's fault, which the user can mend, from a fault of ours, which needs its stack trace.
try
{
    if (args is ["--help" or "-h"])
    {
        Console.WriteLine(Help);
        return 0;
    }
    if (args.Length > 0) throw new ArgumentException($"There is no option '{args[0]}'; --help shows the settings.");
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

    using var stop = new CancellationTokenSource();
    PipelineRun? started = null;
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Drain);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Drain);

    using var kafka = Text("KAFKA_BOOTSTRAP") is null ? EmbeddedKafka.Start() : null;
    await using var oracle = Text("KAFKAORACLE_ORACLE") is null ? EmbeddedOracle.Start() : null;
    var brokers = kafka?.BootstrapServers ?? Text("KAFKA_BOOTSTRAP")!;
    var database = oracle?.ConnectionString ?? Text("KAFKAORACLE_ORACLE")!;
    var source = new KafkaSource(new() { BootstrapServers = brokers, ConnectTimeout = timeout });
    var store = new OracleStore(new OracleStoreOptions { ConnectionString = database });
    Console.WriteLine($"Kafka: {(kafka is null ? brokers : "embedded")}, Oracle: {(oracle is null ? "as configured" : "embedded")}");

    kafka?.CreateTopic(RetailPipeline.Topic, SalesFeed.Partitions);
    if (kafka is null) await ExternalTopic.EnsureAsync(brokers, RetailPipeline.Topic, timeout);
    try
    {
        var sent = await SalesFeed.SendAsync(brokers, RetailPipeline.Topic, SalesFeed.Read(Path.Combine(data, "online-retail.csv")), stop.Token);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent:N0} messages sent to topic '{RetailPipeline.Topic}'"));
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("Stopped before the pipeline started; the next run sends what is missing.");
        return 0;
    }

    await using var run = pipeline.Start(source, store);
    Volatile.Write(ref started, run);
    if (stop.IsCancellationRequested) Ignore(run.DrainAsync());
    await Progress.ShowAsync(run);
    await run.Completion;
    if (stop.IsCancellationRequested) Console.WriteLine("Drained; the next run goes on from here.");
    Console.WriteLine();
    (await Summary.ReadAsync(database)).Write(Console.Out);
    return 0;

    void Drain(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
        if (Volatile.Read(ref started) is { } run) Ignore(run.DrainAsync());
    }

    // A drain ends as the run does, and that is awaited above.
    static void Ignore(Task drain) => drain.ContinueWith(d => _ = d.Exception, TaskScheduler.Default);
}

static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

static int Setting(string name, int standard) => Text(name) is not { } text ? standard
    : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
    : throw new ArgumentException($"{name} is '{text}', which is not a whole number.");
