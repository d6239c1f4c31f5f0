using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;

namespace KafkaOracle.Reactive.Tests.Quality;

public sealed class RulesTests
{
    private sealed record Sale(string? Id = null, decimal? Price = null, int Quantity = 0, DateTimeOffset? At = null, string? Country = null);

    private static readonly DateTimeOffset Sent = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Alphanumeric = Gen.String[Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"], 11, 30];

    [Fact]
    public void Required_wants_a_value_and_a_text_that_is_not_blank()
    {
        var id = Rule.Required("id", (Sale s) => s.Id);

        Holding(id, new Sale("a"), new Sale(), new Sale(""), new Sale(" \t")).Should().Equal(true, false, false, false);
        Holding(Rule.Required("price", (Sale s) => s.Price), new Sale(Price: 0), new Sale()).Should().Equal(true, false);
    }

    [Fact]
    public void Range_includes_both_ends_and_leaves_nulls_alone()
    {
        var price = Rule.Range("price", (Sale s) => s.Price, 1m, 10m);

        Holding(price, new Sale(Price: 0.99m), new Sale(Price: 1), new Sale(Price: 10), new Sale(Price: 10.01m), new Sale()).Should().Equal(false, true, true, false, true);
        price.Message.Should().Be("The value is not between 1 and 10.");
        Holding(Rule.Range("quantity", (Sale s) => s.Quantity, 0, 5), new Sale(Quantity: -1), new Sale(Quantity: 5)).Should().Equal(false, true);
        FluentActions.Invoking(() => Rule.Range("price", (Sale s) => s.Price, 2m, 1m)).Should().Throw<ArgumentException>().WithParameterName("least");
    }

    [Fact]
    public void Length_counts_characters_as_Oracle_does()
    {
        var id = Rule.Length("id", (Sale s) => s.Id, 1, 3);

        Holding(id, new Sale(""), new Sale("abc"), new Sale("abcd"), new Sale("🙂🙂🙂"), new Sale("🙂🙂🙂🙂"), new Sale()).Should().Equal(false, true, false, true, false, true);
        FluentActions.Invoking(() => Rule.Length("id", (Sale s) => s.Id, 2, 1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_pattern_has_to_match_the_whole_text_and_may_not_backtrack()
    {
        var id = Rule.Matches("id", (Sale s) => s.Id, "C?[0-9]{2}|x");

        Holding(id, new Sale("C12"), new Sale("12"), new Sale("x"), new Sale("12\n"), new Sale("a12"), new Sale("xx"), new Sale()).Should().Equal(true, true, true, false, false, false, true);
        FluentActions.Invoking(() => Rule.Matches("id", (Sale s) => s.Id, @"(a)\1")).Should().Throw<ArgumentException>().WithMessage("*backtracking*").WithParameterName("pattern");
        FluentActions.Invoking(() => Rule.Matches("id", (Sale s) => s.Id, "(")).Should().Throw<ArgumentException>();
        Holding(Rule.Matches("id", (Sale s) => s.Id, "(a+)+b"), new Sale(new string('a', 100_000))).Should().Equal(false);
    }

    [Fact]
    public void An_expression_of_the_users_is_taken_as_it_is_unless_it_watches_the_clock()
    {
        Holding(Rule.Matches("id", (Sale s) => s.Id, new Regex("[0-9]")), new Sale("a1b"), new Sale("ab")).Should().Equal(true, false);
        FluentActions.Invoking(() => Rule.Matches("id", (Sale s) => s.Id, new Regex("a", RegexOptions.None, TimeSpan.FromSeconds(1)))).Should().Throw<ArgumentException>().WithMessage("*wall clock*");
    }

    [Fact]
    public void One_of_knows_what_it_was_given_and_nothing_later()
    {
        var known = new List<string> { "DE", "FR" };
        var country = Rule.OneOf("country", (Sale s) => s.Country, known);
        known.Add("IT");

        Holding(country, new Sale(Country: "DE"), new Sale(Country: "IT"), new Sale()).Should().Equal(true, false, true);
        country.Message.Should().Be("The value is not one of DE, FR.");
    }

    [Fact]
    public void The_future_begins_at_the_messages_own_time()
    {
        var at = Rule.NotInFuture("at", (Sale s) => s.At, TimeSpan.FromMinutes(1));

        Holding(at, new Sale(At: Sent), new Sale(At: Sent.AddMinutes(1)), new Sale(At: Sent.AddMinutes(1).AddTicks(1)), new Sale()).Should().Equal(true, true, false, true);
        Holding(at, new Sale(At: Sent.ToOffset(TimeSpan.FromHours(9)))).Should().Equal(true);
        FluentActions.Invoking(() => Rule.NotInFuture("at", (Sale s) => s.At, TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_rule_may_look_at_the_record_around_the_value()
        => Rule.ForRecord<Sale>("keyed", r => r.Key is not null).Holds(RecordOf(new Sale())).Should().BeFalse();

    [Theory]
    [InlineData("a@b", true)]
    [InlineData("first.last+tag@mail.example.com", true)]
    [InlineData("o'neill@example.org", true)]
    [InlineData("a@b-c.de", true)]
    [InlineData("@b.de", false)]
    [InlineData("a@", false)]
    [InlineData("a@b..de", false)]
    [InlineData("a@-b.de", false)]
    [InlineData("a@b-.de", false)]
    [InlineData("a b@c.de", false)]
    [InlineData("a@b@c", false)]
    [InlineData("ü@b.de", false)]
    [InlineData("a@b.de\n", false)]
    [InlineData("", false)]
    public void E_mail_addresses(string text, bool good) => Holding(Rule.Email("mail", (Sale s) => s.Id), new Sale(text)).Should().Equal(good);

    [Fact]
    public void E_mail_addresses_have_bounds()
    {
        TextFormats.IsEmail(new string('a', 64) + "@b").Should().BeTrue();
        TextFormats.IsEmail(new string('a', 65) + "@b").Should().BeFalse();
        TextFormats.IsEmail("a@" + new string('b', 63)).Should().BeTrue();
        TextFormats.IsEmail("a@" + new string('b', 64)).Should().BeFalse();
        TextFormats.IsEmail("a@" + string.Join('.', Enumerable.Repeat(new string('b', 62), 4)) + ".c").Should().BeFalse("it has 255 characters");
        TextFormats.IsEmail("a@" + string.Join('.', Enumerable.Repeat(new string('b', 62), 4))).Should().BeTrue();
    }

    // Examples of the IBAN registry.
    [Theory]
    [InlineData("GB29NWBK60161331926819", true)]
    [InlineData("DE89370400440532013000", true)]
    [InlineData("NO9386011117947", true)]
    [InlineData("FR1420041010050500013M02606", true)]
    [InlineData("MT84MALT011000012345MTLCAST001S", true)]
    [InlineData("DE88370400440532013000", false)]
    [InlineData("DE89 3704 0044 0532 0130 00", false)]
    [InlineData("de89370400440532013000", false)]
    [InlineData("DE89", false)]
    [InlineData("", false)]
    public void Ibans(string text, bool good) => Holding(Rule.Iban("iban", (Sale s) => s.Id), new Sale(text)).Should().Equal(good);

    [Fact]
    public void An_iban_is_good_with_its_check_digits_and_with_no_others()
        => Gen.Select(Gen.String[Gen.Char['A', 'Z'], 2, 2], Alphanumeric).Sample((country, account) =>
        {
            var digits = CheckDigits(country, account);
            return Enumerable.Range(0, 100).All(d => TextFormats.IsIban($"{country}{d:00}{account}") == (d == digits));
        });

    [Fact]
    public void An_iban_shows_a_wrong_digit_and_two_that_are_swapped()
        => Gen.Select(Gen.String[Gen.Char['0', '9'], 11, 30], Gen.Int[0, 1000], Gen.Int[1, 9]).Sample((account, place, shift) =>
        {
            var iban = $"DE{CheckDigits("DE", account):00}{account}".ToCharArray();
            var i = 4 + (place % (account.Length - 1));
            var wrong = (char[])iban.Clone();
            wrong[i] = (char)('0' + ((wrong[i] - '0' + shift) % 10));
            var swapped = (char[])iban.Clone();
            (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
            return TextFormats.IsIban(iban) && !TextFormats.IsIban(wrong) && (iban[i] == iban[i + 1] || !TextFormats.IsIban(swapped));
        });

    [Fact]
    public void No_text_is_too_strange_for_a_rule()
        => Gen.String.Sample(text =>
        {
            TextFormats.IsEmail(text);
            TextFormats.IsIban(text);
            Rule.Length("id", (Sale s) => s.Id, 0, 10).Holds(RecordOf(new Sale(text)));
        });

    private static int CheckDigits(string country, string account)
        => 98 - (int)(BigInteger.Parse(string.Concat($"{account}{country}00".Select(c => char.IsAsciiDigit(c) ? $"{c}" : $"{c - 'A' + 10}")), null) % 97);

    private static bool[] Holding(Rule<Sale> rule, params Sale[] sales) => [.. sales.Select(s => rule.Holds(RecordOf(s)))];

    private static Record<Sale> RecordOf(Sale sale) => new(new(new("t", 0), 0, 1, default, false, default, Sent.Ticks), Sent.Ticks, sale);
}
