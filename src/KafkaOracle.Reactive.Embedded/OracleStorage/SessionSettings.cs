using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What ALTER SESSION sets, and what a client says about itself.</summary>
internal sealed class SessionSettings(int sessionId, string service)
{
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    public int SessionId => sessionId;

    public string Service => service;

    public ClientIdentity Client { get; } = new();

    public string DateFormat { get; private set; } = "DD-MON-RR";

    public string TimestampFormat { get; private set; } = "DD-MON-RR HH.MI.SSXFF AM";

    public string TimestampTzFormat { get; private set; } = "DD-MON-RR HH.MI.SSXFF AM TZR";

    /// <summary>The decimal mark and the group separator.</summary>
    public NumericCharacters NumericCharacters { get; private set; } = NumericCharacters.Default;

    /// <summary>The session's time zone: an offset, or the name of a region.</summary>
    public string TimeZone { get; private set; } = "+00:00";

    /// <summary>Seconds that DDL waits for a lock.</summary>
    public int DdlLockTimeout { get; private set; }

    /// <summary>An instant as the session's clocks show it.</summary>
    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, _zone);

    /// <summary>The instant when the session's clocks show these fields.</summary>
    public DateTimeOffset FromLocal(DateTime fields) => new(fields, _zone.GetUtcOffset(fields));

    /// <summary>Sets a parameter. What has no effect on an answer is accepted and forgotten; what cannot have the effect it asks for is refused.</summary>
    public void Set(string parameter, string value, string schema)
    {
        switch (parameter)
        {
            case "NLS_DATE_FORMAT": DateFormat = value; break;
            case "NLS_TIMESTAMP_FORMAT": TimestampFormat = value; break;
            case "NLS_TIMESTAMP_TZ_FORMAT": TimestampTzFormat = value; break;
            case "NLS_NUMERIC_CHARACTERS": NumericCharacters = NumericCharacters.Parse(value); break;
            case "TIME_ZONE": SetTimeZone(value); break;
            case "DDL_LOCK_TIMEOUT": DdlLockTimeout = int.TryParse(value, out var seconds) && seconds is >= 0 and <= 1_000_000 ? seconds : throw new OracleError(68, $"invalid value {value} for parameter ddl_lock_timeout, must be between 0 and 1000000"); break;
            case "CURRENT_SCHEMA" when value != schema: throw new OracleError(1435, "user does not exist");
            case "NLS_LANGUAGE" or "NLS_DATE_LANGUAGE": Only(parameter, value, "AMERICAN", "ENGLISH"); break;
            case "NLS_TERRITORY" or "NLS_ISO_CURRENCY": Only(parameter, value, "AMERICA"); break;
            case "NLS_SORT" or "NLS_COMP": Only(parameter, value, "BINARY"); break;
            case "NLS_CALENDAR": Only(parameter, value, "GREGORIAN"); break;
            case "NLS_LENGTH_SEMANTICS": Only(parameter, value, "BYTE"); break;
            case "NLS_CURRENCY" or "NLS_DUAL_CURRENCY": Only(parameter, value, "$"); break;
            case "NLS_NCHAR_CONV_EXCP": Only(parameter, value, "FALSE"); break;
            default: break;
        }
    }

    private void SetTimeZone(string value)
    {
        if (value.Equals("LOCAL", StringComparison.OrdinalIgnoreCase)) throw OracleError.Unsupported("TIME_ZONE = LOCAL");
        var name = value.Equals("DBTIMEZONE", StringComparison.OrdinalIgnoreCase) ? "+00:00" : value.Trim();
        _zone = TimeZones.Zone(name);
        TimeZone = TimeZones.IsOffset(name) ? TimeZones.Text(_zone.BaseUtcOffset) : name;
    }

    private static void Only(string parameter, string value, params ReadOnlySpan<string> known)
    {
        foreach (var one in known) if (value.Equals(one, StringComparison.OrdinalIgnoreCase)) return;
        throw new OracleError(12705, $"Cannot access NLS data files or invalid environment specified: the embedded server supports {parameter} {known[0]} only");
    }
}

/// <summary>What a client says about itself: by its login, by attributes of its driver, or by DBMS_APPLICATION_INFO and DBMS_SESSION.</summary>
internal sealed class ClientIdentity
{
    public string? Identifier { get; set; }

    public string? Module { get; set; }

    public string? Action { get; set; }

    public string? Info { get; set; }

    public string? Machine { get; set; }

    public string? OsUser { get; set; }

    public string? Terminal { get; set; }

    public string? Program { get; set; }
}

/// <summary>NLS_NUMERIC_CHARACTERS: what D and G stand for in number formats, and the decimal mark in texts that become numbers.</summary>
internal readonly record struct NumericCharacters(char Point, char Group)
{
    public static NumericCharacters Default => new('.', ',');

    public static NumericCharacters Parse(string text) =>
        text.Length == 2 && text[0] != text[1] && !text.Any(c => char.IsLetterOrDigit(c) || c is '+' or '-' or '<' or '>')
            ? new NumericCharacters(text[0], text[1])
            : throw new OracleError(12705, "Cannot access NLS data files or invalid environment specified: NLS_NUMERIC_CHARACTERS are two different characters");

    /// <summary>Reads the third argument of TO_CHAR and TO_NUMBER.</summary>
    public static NumericCharacters OfParameter(string parameter)
    {
        const string Name = "NLS_NUMERIC_CHARACTERS";
        var text = parameter.Trim();
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !text[..equals].Trim().Equals(Name, StringComparison.OrdinalIgnoreCase)) throw OracleError.Unsupported($"the NLS parameter {text}");
        return Parse(text[(equals + 1)..].Trim().Trim('\''));
    }

    /// <summary>A number's text with these marks, from one with point and comma.</summary>
    public string Written(string text) => this == Default ? text : Swapped(text, '.', Point, ',', Group);

    /// <summary>The same with point and comma.</summary>
    public string Read(string text) => this == Default ? text : Swapped(text, Point, '.', Group, ',');

    private static string Swapped(string text, char a, char forA, char b, char forB) =>
        string.Create(text.Length, (text, a, forA, b, forB), static (target, s) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = s.text[i] == s.a ? s.forA : s.text[i] == s.b ? s.forB : s.text[i];
        });
}
