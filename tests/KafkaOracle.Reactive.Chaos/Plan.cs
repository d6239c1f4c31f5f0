using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Chaos;

/// <summary>The faults of the database that a pipeline goes on after.</summary>
internal static class Plan
{
    public static FaultPlan Of(int seed, double often) => new FaultPlan(seed)
        .With(FaultPoint.BeforeExecute, often, Fault.Error(60)).With(FaultPoint.BeforeExecute, often / 4, Fault.Error(1653)).With(FaultPoint.BeforeExecute, often, Fault.Drop())
        .With(FaultPoint.BeforeExecute, often / 2, Fault.Delay(TimeSpan.FromMilliseconds(50), deaf: true))
        .With(FaultPoint.BeforeExecute, often / 20, Fault.Delay(TimeSpan.FromSeconds(10), deaf: true))
        .With(FaultPoint.AfterExecute, often, Fault.Drop(reset: true)).With(FaultPoint.Fetch, often, Fault.Drop()).With(FaultPoint.Fetch, often / 2, Fault.Error(1555))
        .With(FaultPoint.BeforeCommit, often * 2, Fault.Drop()).With(FaultPoint.AfterCommit, often * 2, Fault.Drop(reset: true))
        .With(FaultPoint.BeforeCommit, often, Fault.Delay(TimeSpan.FromMilliseconds(30))).With(FaultPoint.BeforeRollback, often, Fault.Drop())
        .With(FaultPoint.Connect, often, Fault.Error(12516)).With(FaultPoint.Login, often / 2, Fault.Error(1034));
}
