namespace KafkaOracle.Reactive;

/// <summary>The aggregate of one key in one window.</summary>
/// <param name="Key">The key.</param>
/// <param name="Start">Start of the window, in UTC, inclusive. Key and start identify a window.</param>
/// <param name="End">End of the window, in UTC, exclusive.</param>
/// <param name="Value">The aggregate.</param>
/// <param name="Revision">0 for a window's first result, one more for each that replaces it.</param>
/// <param name="IsRetraction">
/// There is no such window any more: a late element has joined its session to an earlier one, or moved its start. Only for
/// sessions with early results or revisions; <paramref name="Value"/> is then what the window held by then.
/// </param>
public readonly record struct KeyedWindow<TKey, TValue>(TKey Key, DateTimeOffset Start, DateTimeOffset End, TValue Value, int Revision = 0, bool IsRetraction = false);
