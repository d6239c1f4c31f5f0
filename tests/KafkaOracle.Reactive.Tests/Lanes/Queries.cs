using System.Globalization;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Lanes;

/// <summary>What the tests' queries have in common.</summary>
internal static class Queries
{
    public static readonly MemoryTable<string> Rows = new("rows"), Others = new("others");

    /// <summary>The beats of a topic in event time.</summary>
    public static EventStream<Beat> Beats(this Lane lane, double lateness = 0, string topic = "a", EventTimeBounds? bounds = null)
        => lane.Topic(topic, Beat.Decoder).InEventTime(b => b.At, TimeSpan.FromSeconds(lateness), bounds);

    /// <summary>Each beat as a row.</summary>
    public static Action<Lane> Copy(double lateness = 0) => lane => lane.Into(Rows, lane.Beats(lateness).Select(b => b.Value.ToString()));

    /// <summary>How many beats each minute has, and in which one.</summary>
    public static void CountByMinute(Lane lane)
        => lane.Into(Rows, lane.Beats().TumblingWindow(_ => 0, TimeSpan.FromMinutes(1), 0, (n, _) => n + 1, lane.Clock)
            .Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Value} from {Beat.SecondOf(w.Start)}")));

    public static double Second(this EventClock clock) => Beat.SecondOf(clock.Now);

    public static PipelineOptions Eras(double seconds = 60, double leadIn = 0)
        => new() { Era = TimeSpan.FromSeconds(seconds), LeadIn = TimeSpan.FromSeconds(leadIn) };
}
