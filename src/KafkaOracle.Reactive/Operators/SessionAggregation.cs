using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>Sessions: for each key those that are not over, in order of start, and a queue of when they end.</summary>
/// <remarks>A session that grows does not move in the queue: its entry comes up too early and is put back, once a gap.</remarks>
internal sealed class SessionAggregation<T, TKey, TState, TResult>(
    SessionWindows windows, string name, AggregationPlan<T, TKey> plan, Aggregate<T, TState, TResult> aggregate, IObserver<KeyedWindow<TKey, TResult>> observer)
    : KeyedAggregation<T, TKey, TState, TResult>(plan, aggregate, observer)
    where TKey : notnull
{
    private readonly long _gap = windows.Gap, _limit = windows.Limit;
    private readonly LookBackGauge? _lookBack = (plan.Clock as EventClock)?.LookBack;
    private readonly Dictionary<TKey, Session?> _keys = [];
    private readonly PriorityQueue<Session, (long Due, long Start, long Number)> _queue = new();
    private readonly List<Session> _changed = [];               // since the last early results
    private long _number, _tick = long.MaxValue;

    protected override bool Add(in T element, long now)
    {
        var at = At is null ? now : At(element).UtcTicks;
        var key = Key(element);
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, key, out _);
        if (first is { Next: null, HasEnded: false } only && at >= only.Start && at < EndOf(only))
        {
            only.Last = Math.Max(only.Last, at);
            Aggregate.Add(ref only.State, element);
            Change(only, now);
            return true;
        }
        var session = Touching(first, at, now);
        if (session is not null) Extend(session, at);
        else if (at + _gap + Emit.Grace > now) session = Insert(ref first, new(key, at, _number++) { State = Aggregate.Seed() });
        else
        {
            if (first is null) _keys.Remove(key);
            return false;
        }
        Aggregate.Add(ref session.State, element);
        Absorb(session);
        session.HasEnded = Emit.Revises && EndOf(session) <= now;
        Change(session, now);
        Enqueue(session);
        Arm();
        return true;
    }

    protected override void Advance(long now)
    {
        while (_queue.TryPeek(out var session, out var entry) && entry.Due <= now)
        {
            _queue.Dequeue();
            if (session.IsGone || entry.Due != session.Due) continue;
            session.Due = long.MaxValue;
            if (DueOf(session) <= now) End(session, now);
            if (!session.IsGone) Enqueue(session);
        }
        if (now >= _tick)
        {
            _tick = long.MaxValue;
            CollectChanged(_changed);
            _changed.Clear();
        }
        Arm();
    }

    protected override void Close()
    {
        foreach (var first in _keys.Values)
            for (var session = first; session is not null; session = session.Next) _changed.Add(session);
        CollectChanged(_changed);
    }

    private long EndOf(Session session) => Math.Min(session.Last + _gap, LimitOf(session.Start));

    private long LimitOf(long start) => _limit > long.MaxValue - start ? long.MaxValue : start + _limit;

    private long DueOf(Session session) => EndOf(session) + (Emit.Revises && !session.HasEnded ? 0 : Emit.Grace);

    /// <summary>The first session that an element of a time belongs to. One too late for a session of its own makes none begin earlier: there may have been one at its time, long over.</summary>
    private Session? Touching(Session? session, long at, long now)
    {
        var earliest = at + _gap + Emit.Grace > now ? _gap - 1 : 0;
        for (; session is not null; session = session.Next)
        {
            var isNear = at < EndOf(session) && at >= session.Start - earliest;
            if (isNear && session.Last < LimitOf(Math.Min(session.Start, at))) return session;
        }
        return null;
    }

    private void Extend(Session session, long at)
    {
        if (at < session.Start) Retract(session);
        (session.Start, session.Last) = (Math.Min(session.Start, at), Math.Max(session.Last, at));
    }

    private static Session Insert(ref Session? first, Session session)
    {
        if (first is null || first.Start > session.Start)
        {
            session.Next = first;
            return first = session;
        }
        var before = first;
        while (before.Next is { } next && next.Start <= session.Start) before = next;
        (session.Next, before.Next) = (before.Next, session);
        return session;
    }

    /// <summary>Joins to a session those after it that it has reached.</summary>
    private void Absorb(Session session)
    {
        while (session.Next is { } next && next.Start < EndOf(session) && next.Last < LimitOf(session.Start))
        {
            Retract(next);
            Aggregate.Merge(ref session.State, next.State);
            session.Last = Math.Max(session.Last, next.Last);
            session.Next = next.Next;
            next.IsGone = true;
        }
    }

    // Key and start name a window: one that was emitted and is no more has to be taken back.
    private void Retract(Session session)
    {
        if (session.Emitted == 0) return;
        Collect(session.Key, new(session.Start, EndOf(session)), session.State, session.Emitted, isRetraction: true);
        session.Emitted = 0;
    }

    private void Change(Session session, long now)
    {
        if (session.HasEnded && Emit.Every == 0)
        {
            CollectOne(session);
            return;
        }
        if (session.IsChanged) return;
        session.IsChanged = true;
        if (Emit.Every == 0) return;
        _changed.Add(session);
        if (_tick != long.MaxValue) return;
        _tick = EventTime.Next(now, Emit.Every);
        Arm();
    }

    /// <summary>A session has ended, or the grace after its end is over.</summary>
    private void End(Session session, long now)
    {
        if (!session.HasEnded) _lookBack?.See(name, session.Start, EndOf(session));
        if (session.IsChanged) CollectOne(session);
        session.HasEnded = true;
        if (EndOf(session) + Emit.Grace <= now) Remove(session);
    }

    private void Remove(Session session)
    {
        session.IsGone = true;
        ref var place = ref CollectionsMarshal.GetValueRefOrNullRef(_keys, session.Key);
        while (place != session) place = ref place!.Next;
        place = session.Next;
        if (_keys[session.Key] is null) _keys.Remove(session.Key);
    }

    private void CollectChanged(List<Session> sessions)
    {
        foreach (var session in sessions.Where(s => s is { IsChanged: true, IsGone: false }).OrderBy(EndOf).ThenBy(s => s.Start).ThenBy(s => s.Number))
            if (session.IsChanged) CollectOne(session);
    }

    private void CollectOne(Session session)
    {
        session.IsChanged = false;
        Collect(session.Key, new(session.Start, EndOf(session)), session.State, session.Emitted++);
    }

    private void Enqueue(Session session)
    {
        var due = DueOf(session);
        if (due >= session.Due) return;
        session.Due = due;
        _queue.Enqueue(session, (due, session.Start, session.Number));
    }

    private void Arm() => Timer.Set(Math.Min(_tick, _queue.TryPeek(out _, out var next) ? next.Due : long.MaxValue));

    private sealed class Session(TKey key, long start, long number)
    {
        public readonly TKey Key = key;
        public readonly long Number = number;
        public long Start = start, Last = start, Due = long.MaxValue;
        public TState State = default!;
        public int Emitted;
        public bool IsChanged, HasEnded, IsGone;
        public Session? Next;
    }
}
