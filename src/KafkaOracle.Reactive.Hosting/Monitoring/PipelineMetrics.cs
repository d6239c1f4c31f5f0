using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace KafkaOracle.Reactive;

/// <summary>A host's pipelines as instruments of <see cref="HostedPipeline.MeterName"/>. Read when a listener asks; nothing is measured otherwise.</summary>
internal sealed class PipelineMetrics
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private HostedPipeline[] _pipelines = [];

    public PipelineMetrics(IMeterFactory meters, IServiceProvider services)
    {
        _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var meter = meters.Create(HostedPipeline.MeterName);        // the factory's to dispose

        meter.CreateObservableCounter("kafkaoracle.messages", () => Each("outcome", s =>
        [
            ("accepted", s.Messages.Accepted), ("late", s.Messages.Late), ("undecodable", s.Messages.Undecodable), ("out_of_bounds", s.Messages.OutOfBounds),
        ]), "{message}", "Messages read, by what became of them. Those read again after a restart count again.");
        meter.CreateObservableCounter("kafkaoracle.messages.reread", () => Each<long>(s => s.Messages.Again),
            "{message}", "Of the messages read, those before the ledger's position: read again to restore the query's state.");
        meter.CreateObservableCounter("kafkaoracle.rows", () => Each("table", s => s.Rows.Select(r => (r.Key, r.Value))),
            "{row}", "Rows in committed epochs, those that the database refused included.");
        meter.CreateObservableCounter("kafkaoracle.epochs", () => Each<long>(s => s.Epochs), "{epoch}", "Epochs committed.");
        meter.CreateObservableCounter("kafkaoracle.rejected", () => Each<long>(s => s.Rejected), "{reject}", "Messages and rows committed to the rejects.");
        meter.CreateObservableCounter("kafkaoracle.rules.broken", () => Each("rule", s => s.Broken.Select(r => (r.Key, r.Value))),
            "{record}", "Records that broke a rule of the query, as far as they were not judged before.");
        meter.CreateObservableCounter("kafkaoracle.restarts", () => _pipelines.Select(p => new Measurement<long>(p.Restarts, Of(p))), "{restart}", "Runs that followed a failed one.");
        meter.CreateObservableGauge("kafkaoracle.behind", () => Each<long>(s => s.Behind), "{message}", "Messages between what was read and the end that the log had when the run began.");
        meter.CreateObservableGauge("kafkaoracle.buffered", () => Each<long>(s => s.Buffered), "{message}", "Records that wait for the watermark.");
        meter.CreateObservableGauge("kafkaoracle.watermark.delay", Delays, "s", "How far the watermark of each lane is behind the machine's clock. Nothing before the first record.");
        meter.CreateObservableGauge("kafkaoracle.lanes", () => Each<long>(s => s.Lanes.Count), "{lane}", "Lanes that this process has.");
        meter.CreateObservableGauge("kafkaoracle.troubles", () => Each("kind", s => Enum.GetValues<TroubleKind>().Select(k => (Name(k), s.Troubles.Any(t => t.Kind == k) ? 1L : 0))),
            description: "1 while something holds the pipeline up that it tries to get past by itself, by where it lies.");
        meter.CreateObservableGauge("kafkaoracle.state", () => Each("state", s => Enum.GetValues<RunState>().Select(v => (Name(v), v == s.State ? 1L : 0))),
            description: "1 for the state that the pipeline is in, 0 for the others.");
    }

    public void Observe(HostedPipeline pipeline)
    {
        lock (_lock) _pipelines = [.. _pipelines, pipeline];
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<RunStatus, T?> read) where T : struct
    {
        foreach (var pipeline in _pipelines)
            if (pipeline.Status is { } status && read(status) is { } value) yield return new(value, Of(pipeline));
    }

    // A lane each: neither a sum nor the slowest would tell which partition is behind.
    private IEnumerable<Measurement<double>> Delays()
    {
        var now = _time.GetUtcNow();
        foreach (var pipeline in _pipelines)
            foreach (var lane in pipeline.Status?.Lanes ?? [])
                if (now - lane.Watermark is { } delay)
                    yield return lane.Partition is { } partition ? new(delay.TotalSeconds, Of(pipeline), new KeyValuePair<string, object?>("partition", partition)) : new(delay.TotalSeconds, Of(pipeline));
    }

    private IEnumerable<Measurement<long>> Each(string tag, Func<RunStatus, IEnumerable<(string Tag, long Value)>> read)
    {
        foreach (var pipeline in _pipelines)
            if (pipeline.Status is { } status)
                foreach (var (name, value) in read(status)) yield return new(value, Of(pipeline), new KeyValuePair<string, object?>(tag, name));
    }

    private static KeyValuePair<string, object?> Of(HostedPipeline pipeline) => new("pipeline", pipeline.Name);

#pragma warning disable CA1308 // an attribute's value, in the case that the field writes it
    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
