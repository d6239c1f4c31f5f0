using System.Globalization;
using System.Net;
using KafkaOracle.Reactive.Embedded;

namespace EmbeddedServers;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    public const string Usage = """
        Serves an embedded Oracle and an embedded Kafka for development and tests, until Ctrl-C or SIGTERM.

          embedded-servers [options]

          --oracle-port <n>      Oracle's port, 0 for a free one. Default 1521.
          --oracle-file <path>   Keeps the tables in this file, every commit durable. Default: in memory, gone at the end.
          --oracle-listen <ip>   Address that Oracle listens on. Default 127.0.0.1; 0.0.0.0 opens it to the network.
          --user <name>          Oracle's user. Default KAFKAORACLE.
          --password <text>      Its password. Default: the environment variable EMBEDDED_ORACLE_PASSWORD, or a random one.
          --service <name>       Oracle's service name. Default FREEPDB1.
          --kafka-port <n>       Kafka's bootstrap port on 127.0.0.1, 0 for a free one. Default 9092.
          --topic <name>[:<n>]   Creates a topic with n partitions, 1 by default. Can be repeated.
          --no-oracle, --no-kafka
          --help

        Prints a connection string for each server, with the password, and "Ready." when both listen.
        Exit codes: 0 stopped, 1 could not start (a port is taken, the file cannot be used), 2 wrong options.
        """;

    private const int MostPort = 65535;

    public bool Help { get; private set; }

    public bool ServesOracle { get; private set; } = true;

    public bool ServesKafka { get; private set; } = true;

    public EmbeddedOracleOptions Oracle { get; } = new() { Port = 1521 };

    public int KafkaPort { get; private set; } = 9092;

    public List<(string Name, int Partitions)> Topics { get; } = [];

    /// <exception cref="FormatException">An option is not known, lacks its value, or has a wrong one.</exception>
    public static Arguments Parse(string[] args, string? password)
    {
        var parsed = new Arguments();
        parsed.Oracle.Password = string.IsNullOrEmpty(password) ? null : password;
        for (var i = 0; i < args.Length; i++)
        {
            var option = args[i];
            switch (option)
            {
                case "--help" or "-h": parsed.Help = true; break;
                case "--no-oracle": parsed.ServesOracle = false; break;
                case "--no-kafka": parsed.ServesKafka = false; break;
                case "--oracle-port": parsed.Oracle.Port = Number(Value(), 0, MostPort); break;
                case "--kafka-port": parsed.KafkaPort = Number(Value(), 0, MostPort); break;
                case "--oracle-file": parsed.Oracle.File = Value(); break;
                case "--oracle-listen": parsed.Oracle.Address = IPAddress.TryParse(Value(), out var address) ? address : throw Wrong("an IP address"); break;
                case "--user": parsed.Oracle.User = Value(); break;
                case "--password": parsed.Oracle.Password = Value(); break;
                case "--service": parsed.Oracle.ServiceName = Value(); break;
                case "--topic": parsed.Topics.Add(Topic(Value())); break;
                default: throw new FormatException($"'{option}' is not an option.");
            }

            string Value() => ++i < args.Length && args[i].Length > 0 ? args[i] : throw new FormatException($"{option} needs a value.");

            int Number(string text, int least, int most) =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                    ? number
                    : throw Wrong($"a number from {least} to {most}");

            (string, int) Topic(string text)
            {
                var colon = text.IndexOf(':', StringComparison.Ordinal);
                return colon < 0 ? (text, 1) : (text[..colon], Number(text[(colon + 1)..], 1, 10_000));
            }

            FormatException Wrong(string expected) => new($"{option} needs {expected}, not '{args[i]}'.");
        }
        if (!parsed.ServesOracle && !parsed.ServesKafka) throw new FormatException("--no-oracle and --no-kafka leave nothing to serve.");
        return parsed;
    }
}
