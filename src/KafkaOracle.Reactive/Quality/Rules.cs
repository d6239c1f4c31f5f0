using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaOracle.Reactive;

/// <summary>Makes rules.</summary>
/// <remarks>
/// But for <see cref="Required"/>, the ready ones hold for a value that is null or missing: whether it may be is a rule of its own. Write
/// the type of the record into the lambda, <c>Rule.Required("customer", (Sale s) => s.CustomerId)</c>, and nothing else has to be named.
/// </remarks>
public static class Rule
{
    /// <summary>A rule for values of one type.</summary>
    /// <param name="name">The name, as it appears in rows and metrics, such as <c>price-positive</c>. Not empty.</param>
    /// <param name="holds">Whether a value meets it. It must depend on the value alone.</param>
    /// <param name="message">What is wrong with a value that does not; the name where null.</param>
    public static Rule<T> For<T>(string name, Func<T, bool> holds, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return ForRecord<T>(name, record => holds(record.Value), message);
    }

    /// <summary>A rule that looks at the record around the value: its key, headers, time or position.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="holds">Whether a record meets it. It must depend on the record alone.</param>
    /// <param name="message">What is wrong with a record that does not; the name where null.</param>
    public static Rule<T> ForRecord<T>(string name, Func<Record<T>, bool> holds, string? message = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(holds);
        return new(name, holds, message ?? name);
    }

    /// <summary>There is a value: it is not null, and a text is not empty or white space.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    public static Rule<T> Required<T, TValue>(string name, Func<T, TValue?> value, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return For<T>(name, record => value(record) switch
        {
            null => false,
            string text => !string.IsNullOrWhiteSpace(text),
            _ => true,
        }, message ?? "There is no value.");
    }

    /// <summary>A value lies between two others, or is one of them.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="least">The least that is good.</param>
    /// <param name="most">The most that is good.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    /// <exception cref="ArgumentException"><paramref name="least"/> is more than <paramref name="most"/>.</exception>
    public static Rule<T> Range<T, TValue>(string name, Func<T, TValue?> value, TValue least, TValue most, string? message = null) where TValue : struct, IComparable<TValue>
    {
        ArgumentNullException.ThrowIfNull(value);
        if (least.CompareTo(most) > 0) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The least, {least}, is more than the most, {most}."), nameof(least));
        return Of(name, value, v => v.CompareTo(least) >= 0 && v.CompareTo(most) <= 0, message ?? string.Create(CultureInfo.InvariantCulture, $"The value is not between {least} and {most}."));
    }

    /// <summary>A text is neither too short nor too long, in characters as a column of <c>VARCHAR2(n CHAR)</c> counts them: Unicode code points.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="least">The least number of characters, from 0.</param>
    /// <param name="most">The most.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="least"/> is negative, or more than <paramref name="most"/>.</exception>
    public static Rule<T> Length<T>(string name, Func<T, string?> value, int least, int most, string? message = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(least, most);
        return OfText(name, value, text => CodePoints(text) is var length && length >= least && length <= most, message ?? $"The text does not have {least} to {most} characters.");
    }

    /// <summary>A text, as a whole, matches a regular expression.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="pattern">
    /// The expression; not anchored, as the whole text has to match. It takes time in proportion to the text, whatever the text is, so it
    /// needs no time-out: <see cref="RegexOptions.NonBacktracking"/>.
    /// </param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    /// <exception cref="ArgumentException">It is no expression, or one that needs backtracking: look-arounds, back references, atomic groups.</exception>
    public static Rule<T> Matches<T>(string name, Func<T, string?> value, string pattern, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Regex whole;
        try
        {
            whole = new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException fault)
        {
            throw new ArgumentException($"The pattern needs backtracking, whose time has no bound: {fault.Message} Write it otherwise, or pass a Regex.", nameof(pattern), fault);
        }
        return OfText(name, value, whole.IsMatch, message ?? $"The text does not match {pattern}.");
    }

    /// <summary>A text matches a regular expression, for example a generated one.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="expression">The expression as it is: anchor it with <c>\A</c> and <c>\z</c> where the whole text has to match.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    /// <exception cref="ArgumentException">The expression has a time-out, so a slow machine would find other records bad than a fast one.</exception>
    public static Rule<T> Matches<T>(string name, Func<T, string?> value, Regex expression, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.MatchTimeout != Regex.InfiniteMatchTimeout)
            throw new ArgumentException("The expression has a time-out, and so depends on the wall clock: a restart could come to another result. Use RegexOptions.NonBacktracking in its place.", nameof(expression));
        return OfText(name, value, expression.IsMatch, message ?? $"The text does not match {expression}.");
    }

    /// <summary>A value is one of those known: a list, or the keys of a reference table.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="allowed">The values. Copied: a restart must come to the same result, so what changes belongs into a look-up (<see cref="EventStream{T}.Enrich"/>).</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    public static Rule<T> OneOf<T, TValue>(string name, Func<T, TValue?> value, IEnumerable<TValue> allowed, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(allowed);
        HashSet<TValue> known = [.. allowed];
        return For<T>(name, record => value(record) is not { } found || known.Contains(found), message ?? (known.Count <= 10
            ? string.Create(CultureInfo.InvariantCulture, $"The value is not one of {string.Join(", ", known)}.") : "The value is not known."));
    }

    /// <summary>A text is an e-mail address as HTML forms take one: <see cref="TextFormats.IsEmail"/>.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    public static Rule<T> Email<T>(string name, Func<T, string?> value, string? message = null)
        => OfText(name, value, static text => TextFormats.IsEmail(text), message ?? "The text is not an e-mail address.");

    /// <summary>A text is an international bank account number: <see cref="TextFormats.IsIban"/>.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    public static Rule<T> Iban<T>(string name, Func<T, string?> value, string? message = null)
        => OfText(name, value, static text => TextFormats.IsIban(text), message ?? "The text is not an IBAN.");

    /// <summary>A time is not later than the message's own time stamp. The wall clock is not asked: a restart would find other records bad.</summary>
    /// <param name="name">The name, as it appears in rows and metrics. Not empty.</param>
    /// <param name="value">The field. Null holds.</param>
    /// <param name="tolerance">How much later it may be, for clocks that differ. Not negative. The default is 0.</param>
    /// <param name="message">What is wrong with a record that breaks the rule; a text that says so where null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative.</exception>
    public static Rule<T> NotInFuture<T>(string name, Func<T, DateTimeOffset?> value, TimeSpan tolerance = default, string? message = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfLessThan(tolerance, TimeSpan.Zero);
        return ForRecord<T>(name, record => value(record.Value) is not { } time || time - record.Timestamp <= tolerance, message ?? "The time is later than the message's own.");
    }

    private static Rule<T> Of<T, TValue>(string name, Func<T, TValue?> value, Func<TValue, bool> holds, string message) where TValue : struct
        => For<T>(name, record => value(record) is not { } found || holds(found), message);

    private static Rule<T> OfText<T>(string name, Func<T, string?> value, Func<string, bool> holds, string message)
    {
        ArgumentNullException.ThrowIfNull(value);
        return For<T>(name, record => value(record) is not { } text || holds(text), message);
    }

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
