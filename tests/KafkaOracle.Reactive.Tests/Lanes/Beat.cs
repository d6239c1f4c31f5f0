using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive.Tests.Lanes;

/// <summary>What the logs written by hand carry: <c>name@second</c>, the event time in seconds since <see cref="Origin"/>.</summary>
internal sealed record Beat(string Name, double Second)
{
    /// <summary>A multiple of every era used.</summary>
    public static readonly DateTimeOffset Origin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly Decoder<Beat> Decoder = (in RawMessage message) => Parse(Encoding.UTF8.GetString(message.Value));

    public DateTimeOffset At => Origin.AddSeconds(Second);

    public static Beat Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0) throw new FormatException($"'{text}' is no beat");
        return new(text[..at], double.Parse(text[(at + 1)..], CultureInfo.InvariantCulture));
    }

    public static double SecondOf(DateTimeOffset time) => (time - Origin).TotalSeconds;

    public static long Milliseconds(double second) => Origin.AddSeconds(second).ToUnixTimeMilliseconds();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Second}");
}
