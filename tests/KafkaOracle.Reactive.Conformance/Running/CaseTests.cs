namespace KafkaOracle.Reactive.Conformance;

/// <summary>Runs cases.</summary>
public abstract class CaseTests(Target target)
{
    protected void Check(CaseList cases, string name)
    {
        var @case = cases[name];
        TestContext.Current.SendDiagnosticMessage("{0}", @case.Reference);
        if (@case.Gap == null || !target.IsEmbedded)
        {
            Run(@case);
            return;
        }
        try
        {
            Run(@case);
        }
        catch (Exception fault)
        {
            Assert.Skip($"Known gap of the embedded server: {@case.Gap}. {fault.Message.Split('\n')[0]}");
        }
        Assert.Fail($"No gap any more: take KnownGap(\"{@case.Gap}\") from this case and out of docs/embedded-oracle.md.");
    }

    private void Run(Case @case)
    {
        try
        {
            @case.Run(target);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{fault.Message}{Environment.NewLine}Documented in: {@case.Reference}", fault);
        }
    }
}
