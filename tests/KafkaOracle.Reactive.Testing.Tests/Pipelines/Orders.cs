using System.Globalization;
using System.Reactive.Linq;
using System.Text;

namespace KafkaOracle.Reactive.Testing.Tests.Pipelines;

/// <summary>What the pipelines of these tests read: <c>amount</c> as text, with the customer as key and the message's time stamp as event time.</summary>
internal static class Orders
{
    public static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Decoder<int> Amount = (in RawMessage message) => int.Parse(Encoding.UTF8.GetString(message.Value), CultureInfo.InvariantCulture);
    public static readonly MemoryTable<string> Rows = new("rows"), Sums = new("sums"), Late = new("late");

    public static DateTimeOffset At(double second) => Noon.AddSeconds(second);

    public static EventStream<int> InEventTime(Lane lane, double lateness = 0) => lane.Topic("orders", Amount).InEventTime(TimeSpan.FromSeconds(lateness));

    public static string Text(Record<int> order) => string.Create(CultureInfo.InvariantCulture, $"{order.Key}={order.Value}");

    /// <summary>Each order, and the sum of each minute and customer.</summary>
    public static Pipeline SumsByMinute(double lateness = 0) => Pipeline.Define("orders", lane =>
    {
        var orders = InEventTime(lane, lateness);
        lane.Into(Rows, orders.Select(Text));
        lane.Into(Sums, orders.TumblingWindow(o => o.Key!, TimeSpan.FromMinutes(1), 0, (sum, o) => sum + o.Value, lane.Clock)
            .Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Key} {w.Start:HH:mm} {w.Value}")));
    }, new() { Era = TimeSpan.FromMinutes(2) });

    public static Pipeline Define(Action<Lane> query, PipelineOptions? options = null) => Pipeline.Define("orders", query, options ?? new() { Era = TimeSpan.FromMinutes(2) });
}
