using System.Security.Cryptography;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>What the server keeps of a password for O5LOGON with the 12c verifier (0x4815: PBKDF2 with SHA-512).</summary>
internal sealed class PasswordVerifier
{
    public const int Rounds = 4096;
    private readonly string _password;

    public PasswordVerifier(string password)
    {
        _password = password;
        Salt = RandomNumberGenerator.GetBytes(16);
        byte[] salted = [.. Salt, .. "AUTH_PBKDF2_SPEEDY_KEY"u8];
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salted, Rounds, HashAlgorithmName.SHA512, 64);
        Hash = SHA512.HashData((byte[])[.. key, .. Salt])[..32];
    }

    public byte[] Salt { get; }

    public byte[] Hash { get; }

    public bool Matches(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(password, Encoding.UTF8.GetBytes(_password));
}

/// <summary>One login by O5LOGON: a challenge, then the proof that both sides know the password.</summary>
internal sealed class PasswordProof(PasswordVerifier verifier)
{
    private const int Verifier12C = 0x4815;
    private const int SessionRounds = 3;
    private readonly byte[] _serverKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _sessionSalt = RandomNumberGenerator.GetBytes(16);
    private byte[] _combined = [];

    public void WriteChallenge(TtcWriter writer)
    {
        writer.U8(8).Ub(6);
        writer.Pair("AUTH_SESSKEY", Convert.ToHexString(Encrypt(verifier.Hash, _serverKey, PaddingMode.None)));
        writer.Pair("AUTH_VFR_DATA", Convert.ToHexString(verifier.Salt), Verifier12C);
        writer.Pair("AUTH_PBKDF2_CSK_SALT", Convert.ToHexString(_sessionSalt));
        writer.Pair("AUTH_PBKDF2_VGEN_COUNT", $"{PasswordVerifier.Rounds}");
        writer.Pair("AUTH_PBKDF2_SDER_COUNT", $"{SessionRounds}");
        writer.Pair("AUTH_GLOBALLY_UNIQUE_DBID\0", "4B41464B414F5241434C450000000001");
    }

    public bool Verify(string clientSessionKey, string encryptedPassword)
    {
        try
        {
            var clientKey = Decrypt(verifier.Hash, Convert.FromHexString(clientSessionKey)[..32], PaddingMode.None);
            var both = Convert.ToHexString((byte[])[.. clientKey, .. _serverKey]);
            _combined = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(both), _sessionSalt, SessionRounds, HashAlgorithmName.SHA512, 32);
            var plain = Decrypt(_combined, Convert.FromHexString(encryptedPassword), PaddingMode.PKCS7);
            return plain.Length > 16 && verifier.Matches(plain.AsSpan(16));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The proof to the client, padded to 48 bytes.</summary>
    public string ServerResponse()
    {
        byte[] plain = [.. RandomNumberGenerator.GetBytes(16), .. "SERVER_TO_CLIENT"u8];
        return Convert.ToHexString(Encrypt(_combined, plain, PaddingMode.PKCS7));
    }

    private static byte[] Encrypt(byte[] key, byte[] data, PaddingMode padding)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCbc(data, new byte[16], padding);
    }

    private static byte[] Decrypt(byte[] key, byte[] data, PaddingMode padding)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.DecryptCbc(data, new byte[16], padding);
    }
}
