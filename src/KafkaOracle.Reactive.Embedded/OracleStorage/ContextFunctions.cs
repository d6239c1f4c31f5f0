using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What a session can ask about itself: SYS_CONTEXT, USERENV, SESSIONTIMEZONE and the NLS parameters.</summary>
internal static class ContextFunctions
{
    public static void Define(FunctionSet functions, SessionSettings settings, Func<Catalog> catalog)
    {
        functions.Strict("o_sys_context", 2, a => a.Text(0).Equals("USERENV", StringComparison.OrdinalIgnoreCase) ? UserEnvironment(a.Text(1), settings, catalog().Schema) : null, deterministic: false);
        functions.Define("o_session_time_zone", 0, _ => settings.TimeZone, deterministic: false);
        functions.Strict("o_nls_parameter", 1, a => Parameter(a.Text(0), settings), deterministic: false);
    }

    private static string? UserEnvironment(string parameter, SessionSettings settings, string schema) => parameter.ToUpperInvariant() switch
    {
        "CURRENT_SCHEMA" or "CURRENT_USER" or "SESSION_USER" or "SESSION_SCHEMA" or "AUTHENTICATED_IDENTITY" => schema,
        "CURRENT_SCHEMAID" or "CURRENT_USERID" or "SESSION_USERID" => "100",
        "SID" or "SESSIONID" => settings.SessionId.ToString(CultureInfo.InvariantCulture),
        "MODULE" => settings.Client.Module ?? settings.Client.Program,
        "ACTION" => settings.Client.Action,
        "CLIENT_IDENTIFIER" => settings.Client.Identifier,
        "CLIENT_INFO" => settings.Client.Info,
        "CLIENT_PROGRAM_NAME" => settings.Client.Program,
        "HOST" => settings.Client.Machine,
        "OS_USER" => settings.Client.OsUser,
        "TERMINAL" => settings.Client.Terminal,
        "DB_NAME" or "CON_NAME" or "SERVICE_NAME" or "INSTANCE_NAME" or "DB_UNIQUE_NAME" or "SERVER_HOST" or "CDB_NAME" => settings.Service,
        "INSTANCE" or "CON_ID" => "1",
        "LANG" => "US",
        "LANGUAGE" => "AMERICAN_AMERICA.AL32UTF8",
        "ISDBA" => "FALSE",
        "DATABASE_ROLE" => "PRIMARY",
        "SESSION_EDITION_NAME" or "CURRENT_EDITION_NAME" => "ORA$BASE",
        "AUTHENTICATION_METHOD" => "PASSWORD",
        "NETWORK_PROTOCOL" => "tcp",
        "IP_ADDRESS" or "DB_DOMAIN" or "PROXY_USER" or "ENTERPRISE_IDENTITY" or "EXTERNAL_NAME" or "GLOBAL_UID" or "POLICY_INVOKER" or "CURRENT_SQL" or "BG_JOB_ID" or "FG_JOB_ID" => null,
        "NLS_TERRITORY" or "NLS_SORT" or "NLS_CALENDAR" or "NLS_CURRENCY" or "NLS_DATE_FORMAT" or "NLS_DATE_LANGUAGE" => Parameter(parameter.ToUpperInvariant(), settings),
        _ => throw new OracleError(2003, "invalid USERENV parameter"),
    };

    private static string? Parameter(string name, SessionSettings settings) => name switch
    {
        "NLS_DATE_FORMAT" => settings.DateFormat,
        "NLS_TIMESTAMP_FORMAT" => settings.TimestampFormat,
        "NLS_TIMESTAMP_TZ_FORMAT" => settings.TimestampTzFormat,
        "NLS_NUMERIC_CHARACTERS" => $"{settings.NumericCharacters.Point}{settings.NumericCharacters.Group}",
        "NLS_LANGUAGE" or "NLS_DATE_LANGUAGE" => "AMERICAN",
        "NLS_TERRITORY" or "NLS_ISO_CURRENCY" => "AMERICA",
        "NLS_SORT" or "NLS_COMP" => "BINARY",
        "NLS_CALENDAR" => "GREGORIAN",
        "NLS_CURRENCY" or "NLS_DUAL_CURRENCY" => "$",
        "NLS_LENGTH_SEMANTICS" => "BYTE",
        "NLS_NCHAR_CONV_EXCP" => "FALSE",
        "NLS_TIME_FORMAT" => "HH.MI.SSXFF AM",
        "NLS_TIME_TZ_FORMAT" => "HH.MI.SSXFF AM TZR",
        "NLS_CHARACTERSET" => "AL32UTF8",
        "NLS_NCHAR_CHARACTERSET" => "AL16UTF16",
        _ => null,
    };
}
