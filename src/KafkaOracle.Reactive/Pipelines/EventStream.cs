using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace KafkaOracle.Reactive;

/// <summary>A topic's records in one total order: event time, topic, partition, offset.</summary>
public sealed class EventStream<T> : IObservable<Record<T>>
{
    private readonly TopicInput<T> _input;
    private readonly bool _planning;
    private int _lookUps;

    internal EventStream(TopicInput<T> input, bool planning) => (_input, _planning) = (input, planning);

    internal Subject<Record<T>> Records { get; } = new();

    internal Subject<Record<T>> LateRecords { get; } = new();

    /// <summary>The records that came too late to be put in order.</summary>
    /// <remarks>
    /// Without a use of it, late records go to the rejects. A side output: it runs in the order of arrival, once for each record, and
    /// must treat each by itself, without state and without the clock. A record is late by its own partition alone: when its event
    /// time is before the latest that its partition had before it, less the lateness; or before what was decided while its partition
    /// had nothing for a long time.
    /// </remarks>
    public IObservable<Record<T>> Late
    {
        get
        {
            _input.TakesLate = true;
            return LateRecords;
        }
    }

    /// <summary>Looks something up for each record, several at a time, and goes on in the records' order and at their times.</summary>
    /// <param name="lookUp">
    /// Finds the new value; runs outside the lane's thread, and is told when the lane stops. For records that need none it may return a
    /// completed task.
    /// </param>
    /// <param name="degree">How many look-ups run at once. Positive. The default is 16.</param>
    /// <returns>Each record with the value found, as if it had come with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degree"/> is not positive.</exception>
    /// <remarks>
    /// <para>A look-up begins when its record arrives, and the lane waits for it when the record's turn has come: the lateness and the
    /// messages that were read together are the time in which look-ups overlap. Late and rejected records are not looked up. After a
    /// restart the records of the era under way are looked up again.</para>
    /// <para>What is found is an input like the log, and only the log is kept. Where a look-up finds something else after a restart, the
    /// rows computed again differ from those committed, and the pipeline stops and says so. Look up what does not change, or as it was
    /// at the record's time.</para>
    /// <para>An exception of <paramref name="lookUp"/> stops the pipeline like one of the query, and names the record: retry inside it.</para>
    /// <para>State: one entry for each record that waits to be put in order. Looks back: nothing.</para>
    /// </remarks>
    public IObservable<Record<TFound>> SelectAsync<TFound>(Func<Record<T>, CancellationToken, Task<TFound>> lookUp, int degree = 16)
    {
        ArgumentNullException.ThrowIfNull(lookUp);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree);
        var index = _lookUps++;
        if (_planning) _input.LookUps.Add(new LookUp<T, TFound>(lookUp, degree));
        else if (index >= _input.LookUps.Count || _input.LookUps[index] is not LookUp<T, TFound>)
            throw new NotDeterministicException($"The query looks something up for topic '{_input.Topic}' that it did not when it was planned. It must do the same each time it is called.");
        return Records.Select(record => record.With(((Finding<TFound>)record.Findings![index]).Result));
    }

    /// <summary>Adds something to each record that is looked up for it, several at a time, and goes on in the records' order and at their times.</summary>
    /// <param name="lookUp">Finds what is to be added: see <see cref="SelectAsync"/>.</param>
    /// <param name="result">The record's value with what was found.</param>
    /// <param name="degree">How many look-ups run at once. Positive. The default is 16.</param>
    /// <inheritdoc cref="SelectAsync"/>
    public IObservable<Record<TResult>> Enrich<TFound, TResult>(Func<Record<T>, CancellationToken, Task<TFound>> lookUp, Func<T, TFound, TResult> result, int degree = 16)
    {
        ArgumentNullException.ThrowIfNull(lookUp);
        ArgumentNullException.ThrowIfNull(result);
        return SelectAsync(async (record, stop) => result(record.Value, await lookUp(record, stop)), degree);
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(IObserver<Record<T>> observer) => Records.Subscribe(observer);
}
