using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reactive.Linq;
using System.Text;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

internal sealed record Trade(long Number, string Account, int Amount, DateTimeOffset At, string Note);

internal sealed record TradeRow([property: Key] long Number, string Account, int Amount, [property: MaxLength(8)] string Note);

internal sealed record MinuteRow([property: Key, MaxLength(20)] string Account, [property: Key] DateTimeOffset Minute, int Trades, int Amount);

/// <summary>Random messages, the pipeline over them, and what must be in the tables at the end.</summary>
/// <remarks>Some messages are no trades, some come late, on some the query throws, and some make rows that the database refuses.</remarks>
internal sealed class Trades
{
    public const int Partitions = 3, Poison = 13;

    public static readonly OracleTable<TradeRow> Rows = OracleTable.For<TradeRow>("TRADES");
    public static readonly OracleTable<MinuteRow> Minutes = OracleTable.For<MinuteRow>("MINUTES").Upsert();

    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(20);

    private readonly string _topic;

    /// <param name="random">Decides all of it.</param>
    /// <param name="topic">Where the messages go.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="lanes">With a lane for each partition an account is in one partition only.</param>
    public Trades(Random random, string topic, int count, Lanes lanes)
    {
        _topic = topic;
        var accounts = lanes == Lanes.PerPartition ? 4 : 0;
        var second = 0.0;
        for (var number = 0; number < count; number++)
        {
            second += random.NextDouble() * 4;
            var at = Noon.AddSeconds(Math.Max(0, second - random.Next(random.Next(30) == 0 ? 120 : 15)));
            var partition = random.Next(Partitions);
            var value = random.Next(40) == 0 ? "garbage" : string.Create(CultureInfo.InvariantCulture,
                $"{number};{(char)('a' + accounts * partition + random.Next(4))};{(random.Next(60) == 0 ? Poison : 100 + random.Next(900))};{at.UtcTicks};{(random.Next(50) == 0 ? "much too long" : "ok")}");
            Messages.Add(EmbeddedMessage.Text(null, value, Noon.AddDays(1), partition));
        }
    }

    public List<EmbeddedMessage> Messages { get; } = [];

    /// <summary>Where the messages are, as far as they were sent.</summary>
    public List<long> Offsets { get; } = [];

    public Pipeline Pipeline(PipelineOptions options) => Reactive.Pipeline.Define("chaos", lane =>
    {
        var trades = lane.Topic(_topic, Decode).InEventTime(t => t.At, Lateness);
        lane.Into(Minutes, trades.TumblingWindow(t => t.Value.Account, TimeSpan.FromMinutes(1), (Count: 0, Sum: 0), (sum, t) => (sum.Count + 1, sum.Sum + t.Value.Amount), lane.Clock)
            .Select(w => new MinuteRow(w.Key, w.Start, w.Value.Count, w.Value.Sum)));
        lane.Into(Rows, trades.Select(t => t.Value.Amount == Poison ? throw new ArithmeticException("thirteen") : new TradeRow(t.Value.Number, t.Value.Account, t.Value.Amount, t.Value.Note)));
    }, options);

    private static Trade Decode(in RawMessage message)
    {
        var parts = Encoding.UTF8.GetString(message.Value).Split(';');
        return new(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture),
            new(long.Parse(parts[3], CultureInfo.InvariantCulture), TimeSpan.Zero), parts[4]);
    }

    /// <summary>The tables, by plain code: each partition by itself, one message after the other.</summary>
    /// <param name="ends">Where the log ends, by partition.</param>
    public Tables Expected(long[] ends)
    {
        var (rows, rejects, minutes) = (new List<string>(), new List<string>(), new SortedDictionary<string, (int Count, int Sum)>(StringComparer.Ordinal));
        for (var partition = 0; partition < Partitions; partition++)
        {
            var latest = DateTimeOffset.MinValue;
            foreach (var (message, offset) in Messages.Zip(Offsets).Where(m => m.First.Partition == partition))
            {
                var parts = Encoding.UTF8.GetString(message.Value!).Split(';');
                if (parts.Length == 1)
                {
                    rejects.Add($"Undecodable|{partition}|{offset}");
                    continue;
                }
                var at = new DateTimeOffset(long.Parse(parts[3], CultureInfo.InvariantCulture), TimeSpan.Zero);
                if (latest != DateTimeOffset.MinValue && at < latest - Lateness)
                {
                    rejects.Add($"Late|{partition}|{offset}");
                    continue;
                }
                if (at > latest) latest = at;
                var amount = int.Parse(parts[2], CultureInfo.InvariantCulture);
                if (amount == Poison)
                {
                    rejects.Add($"Failed|{partition}|{offset}");
                    continue;
                }
                var minute = string.Create(CultureInfo.InvariantCulture, $"{parts[1]}|{at:yyyy-MM-dd HH:mm}");
                var sum = minutes.GetValueOrDefault(minute);
                minutes[minute] = (sum.Count + 1, sum.Sum + amount);
                if (parts[4].Length > 8) rejects.Add($"Refused|{partition}|{offset}");
                else rows.Add($"{parts[0]}|{parts[1]}|{amount}|{parts[4]}");
            }
        }
        return new([.. rows.Order(StringComparer.Ordinal)], [.. minutes.Select(m => $"{m.Key}|{m.Value.Count}|{m.Value.Sum}")],
            [.. rejects.Order(StringComparer.Ordinal)], [.. ends.Select((end, p) => $"{p}|{end}")]);
    }
}

/// <summary>What is in the tables, as texts in a fixed order.</summary>
internal sealed record Tables(string[] Rows, string[] Minutes, string[] Rejects, string[] Ledger);
