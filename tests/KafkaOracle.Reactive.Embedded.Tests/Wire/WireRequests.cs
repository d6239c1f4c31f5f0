namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>Requests built by hand, for replies that were recorded without theirs.</summary>
internal static class WireRequests
{
    public const int Parse = 0x01;
    public const int Bind = 0x08;
    public const int Execute = 0x20;
    public const int Fetch = 0x40;
    public const int Commit = 0x100;
    public const int NotPlSql = 0x8000;

    /// <summary>TTC function 0x5e without defines, its binds VARCHAR2 with one row of values.</summary>
    public static byte[] Statement(WireClient client, int fieldVersion, string sql, int options, int prefetch = 2, bool isQuery = false, bool rowCounts = false, params string[] binds)
    {
        byte[] request =
        [
            3, 0x5e, 1, .. client.Token, .. WireClient.Number(options | Parse), 0, 1, .. WireClient.Number(sql.Length), 1, .. WireClient.Number(13), 0, 0, 0,
            .. WireClient.Number(prefetch), .. WireClient.Number(0x7fffffff), (byte)(binds.Length > 0 ? 1 : 0), .. WireClient.Number(binds.Length), 0, 0, 0, 0, 0,
            0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
            .. (byte[])(rowCounts ? [1, 1, 1, 1] : [0, 0, 0]),
        ];
        if (fieldVersion >= 8) request = [.. request, 0, 0, 0, 0, 0];
        if (fieldVersion >= 9) request = [.. request, 0, 0];
        long[] vector = [1, isQuery ? 0 : 1, 0, 0, 0, 0, 0, isQuery ? 1 : 0, 0, rowCounts ? 0x4000 : 0, 0, 0, 0];
        request = [.. request, .. client.Text(sql), .. vector.SelectMany(WireClient.Number)];
        foreach (var bind in binds)
            request = [.. request, 1, 3, 0, 0, .. WireClient.Number(4 * bind.Length), 0, 0x01, 0x10, 0, 0, .. WireClient.Number(873), 1, 0, .. (byte[])(fieldVersion >= 8 ? [0] : [])];
        return binds.Length == 0 ? request : [.. request, 7, .. binds.SelectMany(WireClient.Clr)];
    }

    public static byte[] Query(WireClient client, int fieldVersion, string sql, int prefetch = 2) =>
        Statement(client, fieldVersion, sql, Execute | Fetch | NotPlSql, prefetch, isQuery: true);

    public static byte[] Function(WireClient client, byte function) => [3, function, 1, .. client.Token];
}
