using System.Data;
using System.Globalization;
using System.Reactive.Linq;
using System.Runtime.CompilerServices;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

public sealed partial class OracleStore
{
    /// <summary>Reads the rows of a query as they come.</summary>
    /// <typeparam name="T">
    /// The row type: constructor parameters and properties are columns, by the conventions of <see cref="OracleTable.For{T}"/>; or a
    /// single value. Columns without a property are passed over.
    /// </typeparam>
    /// <param name="sql">
    /// An interpolated string; each <c>{value}</c> in it is bound, never put into the text:
    /// <c>$"SELECT * FROM RATES WHERE DAY = {day}"</c>. So names cannot be put in.
    /// </param>
    /// <param name="stop">Cancels the query, at the server too.</param>
    /// <exception cref="OracleStoreException">The server refuses the query or cannot be reached, or a column does not fit the row type. Nothing is tried again.</exception>
    /// <remarks>
    /// Memory is bounded: the driver holds one buffer of some 128 KB and the rows' LOBs. The connection is held until the enumeration
    /// ends; each enumeration runs the query anew. Null is the empty string for a string property that takes no null.
    /// </remarks>
    public async IAsyncEnumerable<T> Query<T>(FormattableString sql, [EnumeratorCancellation] CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(sql);
        await using var connection = await ConnectAsync(_options, stop);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, [.. Enumerable.Range(1, sql.ArgumentCount).Select(i => (object)$":{i}")]);
        command.CommandTimeout = (int)Math.Ceiling(_options.CommandTimeout.TotalSeconds);
        command.InitialLOBFetchSize = -1;                       // or each LOB would be a round trip of its own
        command.Parameters.AddRange(sql.GetArguments().Select(Bound).ToArray());
        OracleDataReader reader;
        try
        {
            reader = await command.ExecuteReaderAsync(stop);
        }
        catch (OracleException fault)
        {
            throw Told<T>(fault, command.CommandText);
        }
        await using var result = reader;
        RowMaker<T>? rows = null;
        while (true)
        {
            T row;
            try
            {
                rows ??= RowMaker<T>.For(result);
                if (!await result.ReadAsync(stop)) break;
                row = rows.Make(new(result, default));
            }
            catch (Exception fault) when (fault is OracleException or UnfitValueException)
            {
                throw Told<T>(fault, command.CommandText);
            }
            yield return row;
        }
    }

    /// <summary>Reads the rows of a query as they come, anew for each subscriber. Disposing the subscription cancels the query.</summary>
    /// <inheritdoc cref="Query{T}(FormattableString, CancellationToken)"/>
    public IObservable<T> Observe<T>(FormattableString sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return Observable.Create<T>(async (observer, stop) =>
        {
            await foreach (var row in Query<T>(sql, stop)) observer.OnNext(row);
        });
    }

    private static OracleParameter Bound(object? value)
    {
        if (value is null) return new() { OracleDbType = OracleDbType.Varchar2, Value = DBNull.Value };
        return ValueMappings.Find(value.GetType())?.Bind(value) ?? throw new ArgumentException($"A {value.GetType().Name} cannot be bound to a query: it has no column type.");
    }

    private OracleStoreException Told<T>(Exception fault, string sql) => fault is OracleException oracle
        ? _options.Policy.Explain("Oracle refused a query: ", oracle, $"It was: {sql}")
        : new($"The result of a query does not fit {typeof(T).Name}: {fault.Message}. It was: {sql}", fault);
}
