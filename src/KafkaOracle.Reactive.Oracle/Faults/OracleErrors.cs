using System.Collections.Frozen;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>What kind of trouble an ORA code tells of.</summary>
internal static class OracleErrors
{
    public const int ArrayDml = 24381, Unique = 1, NoSuchTable = 942, NameTaken = 955, ColumnTaken = 1430, Busy = 54, NoPrivilege = 1031;

    /// <summary>The row itself is wrong: no retry mends it, and no other row is to blame.</summary>
    private static readonly FrozenSet<int> Data = new[]
    {
        1, 1400, 1401, 1407, 1426, 1438, 1457, 1461, 1481, 1722, 1801, 1830, 1839, 1840, 1841, 1843, 1847, 1848, 1849, 1850, 1851, 1852, 1853, 1855, 1858, 1861, 1867, 1878,
        2290, 2291, 2292, 2359, 12899, 40442, 40441,
    }.ToFrozenSet();

    /// <summary>The connection was lost or the server was busy: the same may well succeed later. 1013 without a cancel is a timeout of ours; 50000 and 50201 are the driver's own: no answer, refused.</summary>
    private static readonly FrozenSet<int> Transient = new[]
    {
        28, 51, 54, 60, 603, 1012, 1013, 1033, 1034, 1089, 1090, 1092, 1555, 2396, 3113, 3114, 3135, 3136, 4061, 4068, 8177, 12152, 12153, 12170, 12203, 12500, 12505, 12514, 12516, 12518, 12519,
        12520, 12521, 12528, 12535, 12537, 12541, 12543, 12545, 12547, 12560, 12570, 12571, 12583, 12592, 12593, 25402, 25408, 30006, 50000, 50201,
    }.ToFrozenSet();

    public static bool IsData(int code) => Data.Contains(code);

    public static bool IsTransient(int code) => Transient.Contains(code);

    public static bool IsTransient(Exception fault) => fault switch
    {
        OracleException oracle => IsTransient(oracle.Number),
        OracleStoreException store => store.IsTransient,
        IOException or TimeoutException => true,
        _ => false,
    };
}
