using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>What the random logs carry: a key, a value, and an event time.</summary>
internal readonly record struct Sample(string Key, int Value, long At)
{
    public static readonly Decoder<Sample> Decoder = (in RawMessage message) =>
    {
        var parts = Encoding.UTF8.GetString(message.Value).Split(';');
        return new(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
    };

    public byte[] Encode() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Key};{Value};{At}"));
}
