using System.Text;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>How a recorded reply is provoked here: statements before it, a request, and what differs on purpose.</summary>
/// <param name="Setup">Statements that make the tables and rows which the recording was made with.</param>
/// <param name="Reply">Sends the request and gives the reply; null sends the recorded request as it is.</param>
/// <param name="Differs">Beginnings of field names that differ, each with the reason.</param>
internal sealed record RecordedScenario(string[] Setup, Func<WireClient, RecordedReply, byte[]>? Reply = null, params (string Field, string Reason)[] Differs);

/// <summary>The recorded replies that this server can be asked for.</summary>
internal static class RecordedScenarios
{
    private const string Release = "this server announces 23ai";
    private const string Dual = "23ai does not look DUAL up, older servers did";

    private const string EndAtOnce = "the end is told with the last row, not with a fetch after it";
    private const byte FirstCursor = 1;

    private const string DplGolden =
        "CREATE TABLE DPL_GOLDEN (ID NUMBER(9) NOT NULL, NAME VARCHAR2(100) NOT NULL, SALARY NUMBER(9,2), HIRED DATE, UPDATED TIMESTAMP(6), PAYLOAD RAW(50), RATING BINARY_DOUBLE)";

    private static readonly (string Field, string Reason)[] Load =
    [
        ("error1.position", "the position in a statement that the server writes for itself"),
        ("error1.call_status", "the transaction begins with the first row"),
        ("return parameters1.out", "a larger buffer: fewer calls"),
    ];

    private static readonly (string Field, string Reason)[] Login =
    [
        ("return parameters1.AUTH_VERSION", Release), ("return parameters1.AUTH_DBNAME", "names of the installation"), ("return parameters1.AUTH_SC_", "names of the installation"),
        ("return parameters1.AUTH_INSTANCENAME", "names of the installation"), ("return parameters1.AUTH_MAX_OPEN_CURSORS", "a limit of its own"),
        ("return parameters1.AUTH_LAST_LOGIN", "logins are not remembered"), ("return parameters1.AUTH_SERVER_TYPE", Release),
    ];

    private static readonly string[] PipeGolden =
    [
        "CREATE TABLE PIPE_GOLDEN (ID NUMBER(9), NAME VARCHAR2(20))", "INSERT INTO PIPE_GOLDEN VALUES (1, 'one')",
        "INSERT INTO PIPE_GOLDEN VALUES (2, 'two')", "INSERT INTO PIPE_GOLDEN VALUES (3, 'three')",
    ];

    private static readonly string[] FdfGolden =
    [
        "CREATE TABLE FDF_GOLDEN (ID NUMBER(9) NOT NULL, BIG NUMBER(19), PRICE NUMBER(9,2), ANYNUM NUMBER, NAME VARCHAR2(40), FIXED CHAR(5), HIRED DATE, UPDATED TIMESTAMP(6), PAYLOAD RAW(30), RATING BINARY_DOUBLE, SCORE BINARY_FLOAT)",
        "INSERT INTO FDF_GOLDEN VALUES (1, 12345678901234, 12.34, 1.5, 'alpha', 'ab', TIMESTAMP '2024-01-02 03:04:05', TIMESTAMP '2024-01-02 03:04:05.123456', HEXTORAW('0102'), 2.5, 0.5)",
        "INSERT INTO FDF_GOLDEN (ID) VALUES (2)",
        "INSERT INTO FDF_GOLDEN VALUES (3, -42, -99.99, -0.25, 'gamma', 'xyz', TIMESTAMP '1988-12-31 23:59:58', TIMESTAMP '1988-12-31 23:59:58.999999', HEXTORAW('FFFFFFFFFFFFFFFF'), -1.5, -2)",
    ];

    /// <summary>Differ everywhere.</summary>
    public static readonly (string Field, string Reason)[] Everywhere =
    [
        ("describe1.dcb", "hints of the optimizer and for prefetching, which no client reads"),
        ("error1.flags", "bit 0x20 of a query that ended follows no rule that the recordings show"),
    ];

    /// <summary>Recordings of what this server does not do, or of servers whose protocol ended before field version 7.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotCompared = new Dictionary<string, string>
    {
        ["connect-resend"] = "a client is never asked to send its CONNECT again; 23ai does not ask either",
        ["accept-xe11-sqlplus"] = "OCI clients want native services",
        ["ano-xe11-sqlplus"] = "native services are refused in the ACCEPT packet",
        ["ano-12102"] = "native services are refused in the ACCEPT packet",
        ["accept-go"] = "its flags mirror what that client offered",
        ["refuse-12514-split"] = "the text of a refusal fits into its packet",
        ["redirect-split"] = "there is one server, so no redirection",
        ["protocol-xe11"] = "field version 6",
        ["datatypes-xe11"] = "field version 6",
        ["datatypes-xe11-tz"] = "field version 6",
        ["datatypes-xe18"] = "a real server answers with a list of its own, this one repeats the client's",
        ["select-6-columns-10g"] = "field version 4",
        ["select-null-23"] = "a NULL literal is described with a size of 1, so that its rows can be sent at once",
        ["fetch-null-23"] = "there are no columns of size 0",
        ["select-clob-as-long-23"] = "a fragment; ClobAsLong of the golden session covers it",
        ["scroll-last-23"] = "cursors do not scroll",
        ["insert-1-pipelined-23"] = "no pipelining",
        ["insert-in-tpc-23"] = "no global transactions",
        ["insert-row-counts-go"] = "VALUES has one row",
        ["create-go"] = "the same as create-23 but for IF NOT EXISTS",
        ["pipeline-end-23"] = "no pipelining",
        ["logoff-nio"] = "the same as logoff-23",
        ["error-942-xe11"] = "field version 6",
        ["error-markers-11"] = "field version 6",
        ["error-25228-23"] = "no queues",
        ["refcursor-out-xe11"] = "field version 6",
        ["refcursor-out-10g"] = "field version 4",
        ["out-number-xe11"] = "field version 6",
        ["out-inout-xe11"] = "field version 6",
        ["out-varchar-23"] = "no PL/SQL functions",
        ["plsql-go"] = "no PL/SQL blocks with statements",
        ["implicit-result-xe21"] = "no implicit results",
        ["sessionless-insert-23"] = "no sessionless transactions",
        ["sessionless-rollback-23"] = "no sessionless transactions",
    };

    public static readonly IReadOnlyDictionary<string, RecordedScenario> All = new Dictionary<string, RecordedScenario>
    {
        ["accept-xe11"] = new([], null),
        ["accept-xe18"] = new([], null),
        ["accept-xe21"] = new([], null),
        ["accept-free23"] = new([], null, ("bytes.flags2", "bit 0x08000000 is not announced: what it means is not known")),
        ["refuse-12514"] = new([], null),
        ["protocol-xe18"] = new([], Protocol, Capabilities()),
        ["protocol-xe21"] = new([], Protocol, Capabilities()),
        ["protocol-23-go"] = new([], Protocol, Capabilities(("protocol1.banner", "another platform"))),
        ["datatypes-23-go"] = new([], (c, _) => c.DataTypesReply),
        ["auth1-xe18"] = new([], (c, _) => WireClient.Messages(c.ChallengeReply)),
        ["auth1-23-go"] = new([], (c, _) => c.ChallengeReply),
        ["auth2-xe18"] = new([], (c, _) => WireClient.Messages(c.LoginReply), [.. Login, ("return parameters1.AUTH_ONS", "no notification service"), ("return parameters1.AUTH_FAILOVER_RESTORE", Release), ("return parameters1.AUTH_NLS_LX", Release), ("return parameters1.AUTH_SC_REAL", Release)]),
        ["auth2-23-nio"] = new([], (c, _) => c.LoginReply, [.. Login.Where(d => !d.Field.EndsWith("DBNAME", StringComparison.Ordinal) && !d.Field.EndsWith("SERVER_TYPE", StringComparison.Ordinal)), ("return parameters1.AUTH_FLAGS", "what it means is not known"), ("server piggyback1", "the time zone is announced to every client; this one asked for it later")]),
        ["fastauth-23-nio"] = new([], (c, _) => c.ChallengeReply, Capabilities(("protocol1.flags", Release))),
        ["select-cast-xe18"] = new([], null, ("error1.position", Dual)),
        ["select-cast-xe21"] = new([], null, ("error1.position", Dual)),
        ["select-cast-free23"] = new([]),
        ["select-literal-xe21"] = new([], (c, r) => WireClient.Messages(Query(c, r, "SELECT 1 FROM dual")), ("error1.position", Dual)),
        ["select-all-types-23"] = new(FdfGolden),
        ["select-3-numbers-23"] = new(FdfGolden),
        ["select-hello-23-nio"] = new([], (c, r) => Query(c, r, "SELECT 'hello' FROM dual"), ("return parameters1.keywords", "the time zone was announced with the login")),
        ["select-more-rows-23-nio"] = new(
            ["CREATE TABLE MANY (ID NUMBER)", "INSERT INTO MANY VALUES (1)", "INSERT INTO MANY VALUES (2)", "INSERT INTO MANY VALUES (3)"],
            (c, r) => Query(c, r, "SELECT ID FROM MANY ORDER BY ID"),
            ("describe1", "the query was another one"), ("return parameters1.keywords", "the time zone was announced with the login"), ("error1.position", "the query was another one")),
        ["select-aggregates-23"] = new(["CREATE TABLE DPL_GOLDEN (ID NUMBER(9))", .. Enumerable.Range(1, 7).Select(i => $"INSERT INTO DPL_GOLDEN VALUES ({(i == 7 ? 13 : i)})")]),
        ["select-count-exact-prefetch-23"] = new(
            [.. PipeGolden[..3], ".INSERT INTO PIPE_GOLDEN VALUES (3, 'three')"],
            (c, r) => Query(c, r, "select count(*) from pipe_golden", prefetch: 1),
            ("error1.code", EndAtOnce), ("error1.message", EndAtOnce)),
        ["select-in-transaction-23"] = new(
            [.. PipeGolden, ".INSERT INTO PIPE_GOLDEN VALUES (4, 'four')"],
            (c, r) => Query(c, r, "select id from pipe_golden order by id", prefetch: 100)),
        ["select-duplicates-go"] = new(
            [
                "CREATE TABLE TABLE1 (ID NUMBER(5), NAME VARCHAR2(20), ADDRESS VARCHAR2(20))", "INSERT INTO TABLE1 VALUES (1, 'abc', 'street 1')",
                "INSERT INTO TABLE1 VALUES (2, 'xyz', 'street 1')", "INSERT INTO TABLE1 VALUES (3, 'xyz', 'street 1')",
                "INSERT INTO TABLE1 VALUES (4, 'xyz', 'street 2')", "INSERT INTO TABLE1 VALUES (5, 'abc', 'street 2')",
            ],
            null,
            ("error1.position", "0 in this recording alone"), ("describe1.sql_md5", "the hash is of another text than the request's")),
        ["select-number-go"] = new(
            ["CREATE TABLE T_DML_PREPARED_ORD (ID NUMBER, NAME VARCHAR2(100))", "INSERT INTO T_DML_PREPARED_ORD VALUES (1001, 'prepared')"],
            null,
            ("row header1.iterations", "an endless number of rows is asked for")),
        ["insert-array-3-23"] = new([FdfGolden[0]]),
        ["insert-row-count-go"] = new(
            ["CREATE TABLE TABLE1 (ID NUMBER, NAME VARCHAR2(100))"],
            (c, r) => c.Exchange(WireRequests.Statement(c, r.FieldVersion, "INSERT INTO TABLE1 (ID, NAME) VALUES (1, 'abc')", WireRequests.Execute | WireRequests.Commit | WireRequests.NotPlSql, rowCounts: true))),
        ["reexecute-23"] = new(["CREATE TABLE TESTTEMPTABLE (INTCOL NUMBER(9), STRINGCOL1 VARCHAR2(400))"], Reexecute, ("error1.cursor_options", "was in a global transaction")),
        ["truncate-23"] = new(["CREATE TABLE TESTTEMPTABLE (INTCOL NUMBER(9))"]),
        ["drop-if-exists-23"] = new([]),
        ["create-23"] = new([]),
        ["drop-go"] = new(["CREATE TABLE TABLE1 (ID NUMBER, NAME VARCHAR2(100))"], null, ("error1.iterations", "1 for every execution; DROP says 0 there and 1 in drop-if-exists-23"), ("error1.position", "lies behind the end of the recorded statement")),
        ["alter-session-go"] = new(
            [],
            (c, r) => c.Exchange(WireRequests.Statement(c, r.FieldVersion, "ALTER SESSION SET TIME_ZONE = '+05:30'", WireRequests.Execute | WireRequests.Commit | WireRequests.NotPlSql)),
            ("error1.iterations", "1 for every execution")),
        ["commit-23"] = new([]),
        ["rollback-23"] = new([]),
        ["logoff-23"] = new([]),
        ["version-193"] = new([], null, ("return parameters1", Release), ("server piggyback1", "the number of the server's process is not announced")),
        ["ping-193"] = new([], null, ("server piggyback1", "the number of the server's process is not announced")),
        ["error-942-21-go"] = new([], (c, r) => Query(c, r, "SELECT * FROM nosuch"), ("MARKER", "the recording begins behind the markers")),
        ["error-942-23"] = new(
            ["CREATE TABLE T (ID NUMBER)", ".INSERT INTO T VALUES (1)"],
            (c, r) => c.Exchange(WireRequests.Statement(c, r.FieldVersion, "insert into pipe_golden_missing values (1)", WireRequests.Execute | WireRequests.NotPlSql)),
            ("MARKER1", "sent in a pipeline"), ("error1.message", "texts are those of servers up to 21c")),
        ["lob-create-xe18"] = new([]),
        ["lob-create-xe21"] = new([]),
        ["lob-create-free23"] = new([]),
        ["lob-write-xe18"] = new([], LobWrite),
        ["lob-write-xe21"] = new([], LobWrite),
        ["lob-write-free23"] = new([], LobWrite),
        ["lob-read-xe18"] = new([], LobRead),
        ["lob-read-xe21"] = new([], LobRead),
        ["lob-read-free23"] = new([], LobRead),
        ["lob-free-23"] = new([], LobFree),
        ["dp-prepare-23"] = new([DplGolden], null, Load),
        ["dp-load-23"] = new([DplGolden], DirectPathLoad, [.. Load.Take(2)]),
        ["dp-finish-23"] = new([DplGolden], DirectPathEnd, ("error1.current_row", "nothing was loaded before"), ("error1.rows", "nothing was loaded before")),
        ["dp-prepare-2-columns-23"] = new(["CREATE TABLE DPL_GOLDEN_WIDE (ID NUMBER(9), WIDE VARCHAR2(4000))"], null, [.. Load, ("return parameters1.columns[1]", "the column's length is not known")]),
        ["dp-abort-23"] = new([DplGolden], DirectPathEnd),
        ["dp-prepare-1-column-23"] = new(["CREATE TABLE RUST_CASS_DPL (V NUMBER(6))"], null, Load),
    };

    private static (string, string)[] Capabilities(params (string, string)[] more) =>
    [
        ("protocol1.elements", "no conversions of character sets are offered"), ("protocol1.formats", "only the national character set is in it"),
        ("protocol1.compile", "the features are other ones"), ("protocol1.runtime", "the features are other ones"), .. more,
    ];

    private static byte[] Protocol(WireClient client, RecordedReply recorded) => recorded.ArePackets ? client.ProtocolReply : WireClient.Messages(client.ProtocolReply);

    private static byte[] Query(WireClient client, RecordedReply recorded, string sql, int prefetch = 2) =>
        client.Exchange(WireRequests.Query(client, recorded.FieldVersion, sql, prefetch));

    /// <summary>The recorded request with the cursor of a statement that was just executed, its binds text.</summary>
    private static byte[] Reexecute(WireClient client, RecordedReply recorded)
    {
        client.Exchange(WireRequests.Statement(
            client, recorded.FieldVersion, "insert into TestTempTable (IntCol, StringCol1) values (:1, :2)", WireRequests.Bind | WireRequests.Execute | WireRequests.NotPlSql, binds: ["1", "row1"]));
        var request = WireClient.Messages(recorded.Request);
        var call = request.AsSpan(request.AsSpan().IndexOf((byte[])[3, 4])).ToArray();
        call[5] = FirstCursor;
        return client.Exchange([.. call[..10], 7, 1, (byte)'2', 4, .. "row2"u8]);
    }

    private static byte[] LobWrite(WireClient client, RecordedReply recorded) => WithLocator(client, recorded, Locator(client));

    private static byte[] LobRead(WireClient client, RecordedReply recorded)
    {
        var locator = Locator(client);
        byte[] text = [.. "rust-oracledb cassette blob payload"u8];
        client.Exchange(Lob(client, [1, 0x40], locator, [14, (byte)text.Length, .. text]));
        return WithLocator(client, recorded, locator);
    }

    private static byte[] LobFree(WireClient client, RecordedReply recorded) =>
        WireClient.Messages(client.Exchange(Lob(client, [3, 0x08, 0x01, 0x11], Locator(client), [])));

    /// <summary>The locator of a new temporary BLOB.</summary>
    private static byte[] Locator(WireClient client) => WireClient.Messages(client.Exchange(
        [3, 0x60, 1, .. client.Token, 1, 1, 40, 0, 1, 10, 0, 0, 1, 0, 1, 2, 1, 0x10, 0, 0, 0, 1, 0x71, 0, 0, 0, 0, 0, 0, 0, .. new byte[40], 2, 3, 0x69]))[1..41];

    /// <summary>An operation at offset 1 of a LOB.</summary>
    private static byte[] Lob(WireClient client, byte[] operation, byte[] locator, byte[] data) =>
        [3, 0x60, 1, .. client.Token, 1, 1, 40, 0, 0, 0, 0, 0, 0, 0, .. operation, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, .. locator, .. data];

    /// <summary>The recorded request, with a locator of this server in place of the recorded one, which begins 00 26.</summary>
    private static byte[] WithLocator(WireClient client, RecordedReply recorded, byte[] locator)
    {
        var request = WireClient.Messages(recorded.Request);
        locator.CopyTo(request.AsSpan(request.AsSpan().IndexOf((byte[])[0x00, 0x26, 0x00, 0x01])));
        return client.Exchange(request);
    }

    private static byte[] DirectPathLoad(WireClient client, RecordedReply recorded)
    {
        Prepare(client, ["ID", "NAME", "SALARY", "HIRED", "UPDATED", "PAYLOAD", "RATING"]);
        return client.Exchange(WireClient.Messages(recorded.Request));
    }

    private static byte[] DirectPathEnd(WireClient client, RecordedReply recorded)
    {
        Prepare(client, ["ID", "NAME"]);
        var request = WireClient.Messages(recorded.Request);
        return client.Exchange([.. request.AsSpan(request.AsSpan().IndexOf((byte[])[3, 0x82]))]);
    }

    /// <summary>Begins a load. Its cursor is the session's first, as in the recordings.</summary>
    private static void Prepare(WireClient client, string[] columns)
    {
        byte[] keywords = [.. Keyword("PYTHONTEST", 3), .. Keyword("DPL_GOLDEN", 1), .. columns.SelectMany(c => Keyword(c, 4))];
        var reply = client.Exchange([3, 0x80, 1, .. client.Token, 1, 1, 1, .. WireClient.Number(columns.Length + 2), 1, 0, 1, 1, 1, 1, 1, 1, .. keywords]);
        ReplyDecoder.Decode(reply, true, new ClientKind(319, 24, false, true), new ReplyContext("dp-prepare")).Fields
            .Should().Contain(new KeyValuePair<string, string>("error1.code", "0"), Encoding.ASCII.GetString(reply));
    }

    private static byte[] Keyword(string value, byte number) => [0, .. WireClient.Number(value.Length), .. WireClient.Clr(value), 1, number];
}
