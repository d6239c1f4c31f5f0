namespace KafkaOracle.Reactive.Conformance;

/// <summary>The manuals that expectations are taken from, Oracle Database 19c's unless a case says otherwise.</summary>
public static class References
{
    public static string Sql(string place) => $"SQL Language Reference, {place}";

    public static string Error(int code) => $"Database Error Messages, ORA-{code:00000}";

    public static string Concepts(string place) => $"Database Concepts, {place}";

    public static string Dictionary(string place) => $"Database Reference, {place}";

    public static string LobGuide(string place) => $"SecureFiles and Large Objects Developer's Guide, {place}";

    public static string Net(string place) => $"Net Services Reference, {place}";

    public static string Driver(string place) => $"ODP.NET Developer's Guide, {place}";
}
