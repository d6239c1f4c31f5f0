using System.Reactive;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Time lines as one line of text: <c>a@1 (b c)@4 d@+2.5 |@10</c>.</summary>
/// <remarks>
/// <code>
/// line   = { item } [ end ]                       parts are separated by white space
/// item   = value '@' time                         one element
///        | '(' value { value } ')' '@' time       several at one instant, in this order
/// end    = '|' [ '@' time ]                       completion; without a time: at the time of the part before
///        | '#' [ value ] [ '@' time ]             failure, with the exception's message
/// value  = characters other than white space and ( ) @ | # "
///        | '"' characters '"'                     any, with \" and \\ for quotation mark and backslash
/// time   = [ '+' ] number [ unit ]                with '+' counted from the part before, else from the origin
/// unit   = 't' (ticks of 100 ns) | 'ms' | 's' | 'm' | 'h' | 'd'      without: the unit of the <see cref="Marbles"/>
/// </code>
/// <para>Parts may stand in any order of time: in a log that is disorder. Numbers have a point and may be negative.</para>
/// </remarks>
/// <param name="unit">What a number without unit counts. Positive.</param>
/// <param name="origin">What times count from; where not given the tick 0, at which a <see cref="TestScheduler"/> begins.</param>
public sealed class Marbles(TimeSpan unit, DateTimeOffset origin = default)
{
    private readonly MarbleTimes _times = new(unit, origin);

    /// <summary>Counts ticks from 0, as the times of a <see cref="TestScheduler"/> do.</summary>
    public static Marbles Ticks { get; } = new(TimeSpan.FromTicks(1));

    /// <summary>Reads a time line of texts.</summary>
    /// <exception cref="FormatException">The text is no time line; the message shows where.</exception>
    public Recorded<Notification<string>>[] Parse(string text) => Parse(text, value => value);

    /// <summary>Reads a time line.</summary>
    /// <param name="text">The time line.</param>
    /// <param name="value">Makes an element of its text.</param>
    /// <returns>Messages to send, or to compare with those seen: a failure equals each one with its message, without message every one.</returns>
    /// <exception cref="FormatException">The text is no time line; the message shows where.</exception>
    public Recorded<Notification<T>>[] Parse<T>(string text, Func<string, T> value)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(value);
        return [.. new MarbleReader<T>(text, _times, value).Read()];
    }

    /// <summary>Writes messages as a time line, in the order in which they are given; those next to each other of one time as a group.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="text">Makes the text of an element; <see cref="object.ToString"/> where null.</param>
    public string Print<T>(IEnumerable<Recorded<Notification<T>>> messages, Func<T, string>? text = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var parts = new List<string>();
        var group = new List<string>();
        long time = 0;
        foreach (var message in messages)
        {
            if (message.Time != time || message.Value.Kind != NotificationKind.OnNext) Close();
            time = message.Time;
            switch (message.Value.Kind)
            {
                case NotificationKind.OnNext: group.Add(Quoted(text is null ? message.Value.Value?.ToString() ?? "null" : text(message.Value.Value))); break;
                case NotificationKind.OnCompleted: parts.Add("|@" + _times.Text(time)); break;
                default: parts.Add("#" + (message.Value.Exception!.Message is "" ? "" : Quoted(message.Value.Exception.Message)) + "@" + _times.Text(time)); break;
            }
        }
        Close();
        return string.Join(' ', parts);

        void Close()
        {
            if (group.Count > 0) parts.Add((group.Count == 1 ? group[0] : $"({string.Join(' ', group)})") + "@" + _times.Text(time));
            group.Clear();
        }
    }

    private static string Quoted(string text)
        => text.Length > 0 && !text.Any(MarbleText.IsSpecial) ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <summary>The failure of a time line. It equals each exception with its message, and where it has none, every exception.</summary>
/// <param name="message">The message; may be empty.</param>
public sealed class MarbleException(string message) : Exception(message)
{
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Exception other && (Message.Length == 0 || other.Message == Message);

    /// <summary>One for all, since it equals exceptions with many hash codes.</summary>
    public override int GetHashCode() => 0;
}
