namespace KafkaOracle.Reactive.Conformance;

/// <summary>Runs cases.</summary>
public abstract class CaseTests(Target target)
{
    protected void Check(CaseList cases, string name)
    {
        var @case = cases[name];
        if (@case.Gap == null || !target.IsEmbedded)
        {
            @case.Run(target);
            return;
        }
        try
        {
            @case.Run(target);
        }
        catch (InvalidOperationException fault)
        {
            Assert.Skip($"Known gap of the embedded server: {@case.Gap}. {fault.Message.Split('\n')[0]}");
        }
        Assert.Fail($"No gap any more: take KnownGap(\"{@case.Gap}\") from this case and out of docs/embedded-oracle.md.");
    }
}
