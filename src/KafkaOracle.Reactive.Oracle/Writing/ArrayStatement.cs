using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A row that the database refused for its own sake.</summary>
internal readonly record struct RefusedRow(int Row, int Code, string Message);

/// <summary>One statement executed for each element of its parameters' arrays, in one round trip.</summary>
internal static class ArrayStatement
{
    /// <summary>Executes it within the connection's transaction.</summary>
    /// <returns>Rows affected, and the elements that failed because of their own values; the others stay.</returns>
    /// <exception cref="OracleException">It failed as a whole.</exception>
    /// <exception cref="OracleStoreException">Elements failed for another reason than their values; the first of these reasons.</exception>
    public static async Task<(int Affected, IReadOnlyList<RefusedRow> Refused)> ExecuteAsync(
        OracleConnection connection, string sql, int count, OracleParameter[] parameters, OracleStoreOptions options, CancellationToken stop)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ArrayBindCount = count;
        command.CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        command.Parameters.AddRange(parameters);
        try
        {
            var affected = await command.ExecuteNonQueryAsync(stop).WithinAsync(options.CommandTimeout + Answers.Grace, options.TimeProvider, "a statement");
            command.Dispose();                                  // one that hangs would hang here too
            return (affected, []);
        }
        catch (OracleException fault)
        {
            command.Dispose();
            if (RefusedBy(fault, count, options.Policy) is { } refused) return (count - refused.Count, refused);
            throw;
        }
    }

    // The driver asks for batch errors with two elements or more (ORA-24381, then an error an element), not with one.
    private static List<RefusedRow>? RefusedBy(OracleException fault, int count, OracleErrorPolicy policy)
    {
        if (fault.Number != OracleErrorPolicy.ArrayDml) return count == 1 && policy.IsData(fault.Number) ? [new(0, fault.Number, fault.Message.Trim())] : null;
        var refused = new List<RefusedRow>();
        foreach (OracleError error in fault.Errors)
        {
            if (error.ArrayBindIndex < 0) continue;
            if (!policy.IsData(error.Number)) throw policy.Explain(error, fault);
            refused.Add(new(error.ArrayBindIndex, error.Number, error.Message.Trim()));
        }
        return refused.Count > 0 ? refused : null;
    }
}
