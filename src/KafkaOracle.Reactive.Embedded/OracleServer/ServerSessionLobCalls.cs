using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

internal sealed partial class ServerSession
{
    private const int LobData = 14;

    /// <summary>TTC function 0x60: all LOB operations.</summary>
    private void LobCall(bool isPiggyback)
    {
        var hasSource = _reader.U8() != 0;
        var sourceSize = _reader.Int();
        var hasTarget = _reader.U8() != 0;
        var targetSize = _reader.Int();
        _reader.Ub();
        _reader.Ub();
        var hasCharset = _reader.U8() != 0;
        _reader.U8();
        var hasNull = _reader.U8() != 0;
        var operation = _reader.Ub();
        _reader.U8();
        var scns = _reader.Int();
        long sourceOffset = _reader.Ub(), targetOffset = _reader.Ub();
        var hasAmount = _reader.U8() != 0;
        _reader.U8();
        var arrayLocators = _reader.Int();
        _reader.U8();
        var arrayAmounts = _reader.Int();
        _reader.U8();
        var arrayOffsets = _reader.Int();
        var source = hasSource ? _reader.Raw(sourceSize) : [];
        if (operation == 0x80002)
        {
            ReadManyLobs(source, arrayLocators, arrayAmounts, arrayOffsets);
            return;
        }
        if ((operation & 0x80000) != 0)
        {
            for (var at = 0; at + SessionLobs.LocatorSize <= source.Length; at += SessionLobs.LocatorSize) _lobs.Free(source.AsSpan(at));
            if (!isPiggyback) EndWithStatus();
            return;
        }
        var target = hasTarget ? _reader.Raw(targetSize) : [];
        if (hasCharset) _reader.Ub();
        for (var i = 0; i < scns; i++) _reader.Ub();
        long amount = 0;
        byte[] data = [];
        if (operation == 0x40)
        {
            // Some clients send the amount before the data, others after it.
            var amountFirst = hasAmount && _reader.Peek() != LobData;
            if (amountFirst) amount = _reader.Ub();
            if (_reader.U8() != LobData) throw new InvalidDataException("LOB data is expected in a write.");
            data = _reader.Clr(out var sent) ? sent.ToArray() : [];
            if (hasAmount && !amountFirst) amount = _reader.Ub();
        }
        else if (hasAmount)
        {
            amount = _reader.Ub();
        }
        Guarded(() =>
        {
            if (operation == 0x110) source = _lobs.CreateTemporary(targetOffset == WireType.Clob, source.Length);
            else amount = LobOperation(operation, source, sourceOffset, amount, data);
            _writer.U8(8).Raw(source).Raw(operation == 0x110 ? [] : target);
            if (hasCharset) _writer.Ub(Capabilities.Charset);
            if (hasAmount) _writer.Ub(amount);
            if (hasNull) _writer.U8(0);
            End(new EndOfCall());
        });
    }

    /// <summary>Carries out one operation on one LOB; the result is the amount in the reply.</summary>
    private long LobOperation(long operation, byte[] locator, long offset, long amount, byte[] data)
    {
        var lob = _lobs.Find(locator);
        switch (operation)
        {
            case 0x01: return lob.Length;
            case 0x02:
                var read = lob.Read(offset, amount);
                if (read.Length > 0) _writer.U8(LobData).Clr(read);
                return read.Length / (lob.IsText ? 2 : 1);
            case 0x20:
                lob.Trim(amount);
                return amount;
            case 0x40: return lob.Write(offset, data);
            case 0x111:
                _lobs.Free(locator);
                return amount;
            case 0x4000: return SessionLobs.Chunk;
            case 0x8000 or 0x10000: return amount; // open, close
            default: throw OracleError.Unsupported($"the LOB operation {operation:x}");
        }
    }

    /// <summary>Operation 0x80002: what prefetching left of several LOBs, in one call. The sizes are not returned.</summary>
    private void ReadManyLobs(byte[] source, int locatorBytes, int amountCount, int offsetCount)
    {
        var locators = _reader.Raw(locatorBytes);
        var amounts = new long[amountCount];
        for (var i = 0; i < amountCount; i++) amounts[i] = _reader.Ub();
        var offsets = new long[offsetCount];
        for (var i = 0; i < offsetCount; i++) offsets[i] = _reader.Ub();
        Guarded(() =>
        {
            for (var i = 0; i * SessionLobs.LocatorSize < locatorBytes; i++)
                _writer.U8(LobData).Clr(_lobs.Find(locators.AsSpan(i * SessionLobs.LocatorSize)).Read(offsets[i], amounts[i]));
            _writer.U8(8).Raw(source).Raw(locators);
            End(new EndOfCall());
        });
    }
}
