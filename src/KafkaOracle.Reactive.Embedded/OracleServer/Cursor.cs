using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>A statement that a client has parsed, under the number that it executes and fetches by.</summary>
internal sealed class Cursor(int id, Statement statement)
{
    public int Id => id;

    public Statement Statement { get; set; } = statement;

    public BindDescription[] Binds { get; set; } = [];

    public BindDescription[] Defines { get; set; } = [];

    /// <summary>The open result; one that gives way to another, or to none, is let go of.</summary>
    public QueryResult? Result
    {
        get;
        set
        {
            if (field != value) field?.Dispose();
            field = value;
        }
    }

    public bool IsDescribed { get; set; }

    /// <summary>Binds announced as OUT by an I/O vector: later executions send no value for them.</summary>
    public bool[]? OutOnly { get; set; }
}
