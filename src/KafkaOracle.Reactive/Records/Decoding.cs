namespace KafkaOracle.Reactive;

/// <summary>Decoders made of decoders.</summary>
public static class Decoder
{
    /// <summary>Takes tombstones as null, where the decoder itself would refuse them.</summary>
    public static Decoder<T?> OrTombstone<T>(this Decoder<T> decoder) where T : class
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return (in message) => message.IsTombstone ? null : decoder(message);
    }

    /// <summary>Takes tombstones as values of their own, where the decoder itself would refuse them.</summary>
    /// <param name="decoder">Reads messages that have a value.</param>
    /// <param name="tombstone">Makes a value of a message that has none, out of its key for example: a deletion beside the changes.</param>
    public static Decoder<T> OrTombstone<T>(this Decoder<T> decoder, Decoder<T> tombstone)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(tombstone);
        return (in message) => message.IsTombstone ? tombstone(message) : decoder(message);
    }

    /// <summary>Decodes the message's key too. A key that cannot be decoded sends the message to the rejects, like a value.</summary>
    /// <param name="decoder">Reads the value.</param>
    /// <param name="key">Reads the key, given to it as a value; a missing key as a tombstone.</param>
    /// <param name="result">Makes one value of both.</param>
    public static Decoder<TResult> WithKey<TKey, T, TResult>(this Decoder<T> decoder, Decoder<TKey> key, Func<TKey, T, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(result);
        return (in message) => result(key(message.OfKey()), decoder(message));
    }
}
