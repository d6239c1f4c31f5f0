using System.Net;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>How an <see cref="EmbeddedOracle"/> is started.</summary>
public sealed class EmbeddedOracleOptions
{
    /// <summary>The address that the server listens on. The protocol is not encrypted: keep to loopback where others share the network.</summary>
    /// <value>The default is 127.0.0.1.</value>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>TCP port.</summary>
    /// <value>0 to 65535. The default, 0, takes a free one.</value>
    public int Port { get; set; }

    /// <summary>The one user, whose schema holds every table.</summary>
    /// <value>The default is KAFKAORACLE. Folded to upper case.</value>
    public string User { get; set; } = "KAFKAORACLE";

    /// <summary>The user's password.</summary>
    /// <value>The default, null, is a random one; <see cref="EmbeddedOracle.ConnectionString"/> contains it.</value>
    public string? Password { get; set; }

    /// <summary>The service name that clients connect to; others are refused with ORA-12514.</summary>
    /// <value>The default is FREEPDB1.</value>
    public string ServiceName { get; set; } = "FREEPDB1";

    /// <summary>A SQLite file that keeps the data beyond the process, every commit synchronous.</summary>
    /// <value>The default, null, keeps data until the server is disposed, in memory where the system has a directory for that.</value>
    public string? File { get; set; }

    /// <summary>Whether CREATE TABLE is allowed; otherwise it fails with ORA-01031.</summary>
    /// <value>The default is true.</value>
    public bool CanCreateTables { get; set; } = true;

    /// <summary>How long a statement waits for rows, keys or tables that another session's transaction holds, before ORA-00054.</summary>
    /// <value>Zero or positive. The default is 30 seconds.</value>
    public TimeSpan LockWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What SYSDATE and SYSTIMESTAMP read; the session's time zone is UTC.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Most sessions at a time; further clients are refused with ORA-12516.</summary>
    /// <value>Positive. The default is 500.</value>
    public int MaxSessions { get; set; } = 500;

    /// <summary>Most bytes of one request of a client: an array of bind values is one request. A longer one is answered with ORA-03137.</summary>
    /// <value>Positive. The default is 256 MB.</value>
    public long MaxRequestBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Most memory of the LOBs that a session has locators for. Fetched ones are forgotten, the oldest first (ORA-22922); when
    /// temporary ones alone are more, ORA-01652.
    /// </summary>
    /// <value>Positive. The default is 256 MB.</value>
    public long MaxLobBytes { get; set; } = 256L << 20;
}
