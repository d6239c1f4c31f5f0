using System.Reactive;

namespace KafkaOracle.Reactive.Testing;

/// <summary>A notification that equals every one its condition accepts. It has no value of its own, and cannot be sent.</summary>
internal sealed class ExpectedNotification<T>(NotificationKind kind, Func<Notification<T>, bool> accepts) : Notification<T>
{
    public override T Value => throw NotSendable();

    public override bool HasValue => throw NotSendable();

    public override Exception Exception => throw NotSendable();

    public override NotificationKind Kind => kind;

    public override bool Equals(Notification<T>? other) =>
        ReferenceEquals(this, other) || (other is not null and not ExpectedNotification<T> && other.Kind == kind && accepts(other));

    /// <summary>One for all of a kind, since an expectation equals notifications with many hash codes.</summary>
    public override int GetHashCode() => (int)kind;

    public override string ToString() => $"{kind}(where a condition holds)";

    public override void Accept(IObserver<T> observer) => throw NotSendable();

    public override TResult Accept<TResult>(IObserver<T, TResult> observer) => throw NotSendable();

    public override void Accept(Action<T> onNext, Action<Exception> onError, Action onCompleted) => throw NotSendable();

    public override TResult Accept<TResult>(Func<T, TResult> onNext, Func<Exception, TResult> onError, Func<TResult> onCompleted) =>
        throw NotSendable();

    private NotSupportedException NotSendable() =>
        new($"{this} is an expectation: compare it with what was observed. It has no value and cannot be sent.");
}
