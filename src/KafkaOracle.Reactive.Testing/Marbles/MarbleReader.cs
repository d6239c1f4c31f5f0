using System.Reactive;
using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Reads one time line by the grammar of <see cref="Marbles"/>.</summary>
internal sealed class MarbleReader<T>(string text, MarbleTimes times, Func<string, T> value)
{
    private readonly List<Recorded<Notification<T>>> _messages = [];
    private long _time = times.Origin;
    private int _at;

    public List<Recorded<Notification<T>>> Read()
    {
        var hasEnded = false;
        for (SkipSpace(); _at < text.Length; SkipSpace())
        {
            if (hasEnded) throw Fault("nothing may follow the end");
            switch (text[_at])
            {
                case '|':
                    _at++;
                    hasEnded = true;
                    Time(isOptional: true);
                    _messages.Add(new(_time, Notification.CreateOnCompleted<T>()));
                    break;
                case '#':
                    _at++;
                    hasEnded = true;
                    var message = _at < text.Length && (text[_at] == '"' || !MarbleText.IsSpecial(text[_at])) ? Value() : "";
                    Time(isOptional: true);
                    _messages.Add(new(_time, Notification.CreateOnError<T>(new MarbleException(message))));
                    break;
                default:
                    Item();
                    break;
            }
            if (_at < text.Length && !char.IsWhiteSpace(text[_at])) throw Fault("white space is missing");
        }
        return _messages;
    }

    private void Item()
    {
        var values = new List<string>();
        if (text[_at] != '(') values.Add(Value());
        else
        {
            _at++;
            for (SkipSpace(); _at < text.Length && text[_at] != ')'; SkipSpace()) values.Add(Value());
            if (_at == text.Length) throw Fault("a ')' is missing");
            if (values.Count == 0) throw Fault("the group is empty");
            _at++;
        }
        Time(isOptional: false);
        foreach (var item in values) _messages.Add(new(_time, Notification.CreateOnNext(value(item))));
    }

    private string Value()
    {
        if (text[_at] == '"') return Quoted();
        var start = _at;
        while (_at < text.Length && !MarbleText.IsSpecial(text[_at])) _at++;
        return _at > start ? text[start.._at] : throw Fault($"'{text[_at]}' begins no value");
    }

    private string Quoted()
    {
        var content = new StringBuilder();
        for (_at++; _at < text.Length && text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\') _at++;
            if (_at < text.Length) content.Append(text[_at]);
        }
        if (_at >= text.Length) throw Fault("a quotation mark is missing");
        _at++;
        return content.ToString();
    }

    private void Time(bool isOptional)
    {
        if (_at == text.Length || text[_at] != '@')
        {
            if (isOptional) return;
            throw Fault("an '@' with the time is missing");
        }
        var start = ++_at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at])) _at++;
        if (times.Parse(text[start.._at], _time) is { } time) _time = time;
        else throw Fault($"'{text[start.._at]}' is no time, or one between two ticks", start);
    }

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private FormatException Fault(string what, int? at = null) => new($"The time line is not one: {what}.\n  {text}\n  {new string(' ', Math.Min(at ?? _at, text.Length))}^");
}

internal static class MarbleText
{
    public static bool IsSpecial(char c) => char.IsWhiteSpace(c) || c is '(' or ')' or '@' or '|' or '#' or '"';
}
