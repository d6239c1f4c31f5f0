using System.Collections;

namespace KafkaOracle.Reactive.Conformance;

/// <summary>Cases by name, each a test of its own.</summary>
public sealed class CaseList(string subject) : IEnumerable<TheoryDataRow<string>>
{
    private readonly OrderedDictionary<string, Case> _cases = [];

    public Case this[string name] => _cases[name];

    public IReadOnlyCollection<Case> All => _cases.Values;

    public void Add(Case @case) => _cases.Add(@case.Name, @case);

    public IEnumerator<TheoryDataRow<string>> GetEnumerator() =>
        _cases.Values.Select(c => new TheoryDataRow<string>(c.Name) { TestDisplayName = $"{subject}: {c.Name}", Label = "" }).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
