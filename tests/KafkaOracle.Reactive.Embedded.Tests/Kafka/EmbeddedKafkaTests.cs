using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded.Tests;

public sealed class EmbeddedKafkaTests
{
    [Fact]
    public void Starts_as_many_brokers_as_asked_for()
    {
        using var kafka = EmbeddedKafka.Start(new() { Brokers = 3 });

        kafka.BootstrapServers.Split(',').Should().HaveCount(3).And.OnlyContain(server => server.StartsWith("127.0.0.1:"));
    }

    [Fact]
    public async Task A_topic_has_the_partitions_it_was_created_with()
    {
        using var kafka = EmbeddedKafka.Start(new() { Brokers = 2 });
        kafka.CreateTopic("sales", partitions: 6);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();

        var described = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(["sales"]));

        var topic = described.TopicDescriptions.Should().ContainSingle().Which;
        topic.Partitions.Should().HaveCount(6).And.OnlyContain(partition => partition.Replicas.Count == 2);
    }

    [Fact]
    public void Clusters_in_one_process_know_nothing_of_each_other()
    {
        var clusters = Enumerable.Range(0, 4).Select(_ => EmbeddedKafka.Start()).ToList();
        foreach (var (i, kafka) in clusters.Index())
        {
            kafka.CreateTopic("t");
            kafka.Produce("t", EmbeddedMessage.Text(null, $"cluster {i}"));
        }

        clusters.Select(kafka => kafka.Read("t", 0, 1)[0].Text())
            .Should().Equal("cluster 0", "cluster 1", "cluster 2", "cluster 3");

        clusters.ForEach(kafka => kafka.Dispose());
    }

    [Fact]
    public void A_deleted_topic_can_be_created_anew()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t", partitions: 2);
        kafka.DeleteTopic("t");
        kafka.Invoking(k => k.DeleteTopic("t")).Should().Throw<ArgumentException>();

        kafka.CreateTopic("t");
        kafka.Produce("t", EmbeddedMessage.Text(null, "again"));

        kafka.Read("t", 0, 1)[0].Offset.Value.Should().Be(0);
    }

    [Fact]
    public void Deleted_records_are_gone_and_offsets_stay()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.Produce("t", Enumerable.Range(0, 5).Select(i => EmbeddedMessage.Text(null, $"{i}")));

        kafka.DeleteRecords("t", 0, beforeOffset: 3);

        var rest = kafka.Read("t", 0, 2);
        rest.Select(r => (r.Offset.Value, r.Text())).Should().Equal((3, "3"), (4, "4"));
    }

    [Fact]
    public void Dispose_may_be_called_twice_and_ends_everything()
    {
        var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.Produce("t", EmbeddedMessage.Text(null, "x"));
        using var consumer = kafka.Consumer();
        consumer.Assign(new TopicPartition("t", 0));

        kafka.Dispose();
        kafka.Dispose();

        kafka.Invoking(k => k.CreateTopic("u")).Should().Throw<ObjectDisposedException>();
        kafka.Invoking(k => k.Produce("t", EmbeddedMessage.Text(null, "x"))).Should().Throw<ObjectDisposedException>();
        kafka.Invoking(k => k.BrokerDown(1)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Shares_the_native_library_with_the_client()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Mapped files are listed by Linux only.");
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.Produce("t", EmbeddedMessage.Text(null, "x"));

        var mapped = File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains("librdkafka", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..])
            .Distinct();

        mapped.Should().ContainSingle();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("two words")]
    [InlineData("Umsätze")]
    [InlineData("line\n")]
    public void An_illegal_topic_name_is_refused(string name)
    {
        using var kafka = EmbeddedKafka.Start();

        kafka.Invoking(k => k.CreateTopic(name)).Should().Throw<ArgumentException>().WithMessage("*not a legal topic name*");
    }

    [Fact]
    public void A_topic_is_created_once()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");

        kafka.Invoking(k => k.CreateTopic("t"))
            .Should().Throw<KafkaException>().Where(e => e.Error.Code == ErrorCode.TopicAlreadyExists).WithMessage("*'t'*");
    }

    [Fact]
    public void What_does_not_exist_is_named_in_the_error()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("sales", partitions: 2);

        kafka.Invoking(k => k.Produce("salse", EmbeddedMessage.Text(null, "x")))
            .Should().Throw<ArgumentException>().WithMessage("There is no topic 'salse'*There are: sales.*");
        kafka.Invoking(k => k.DeleteRecords("sales", 2, 0))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*'sales' has the partitions 0 to 1.*");
        kafka.Invoking(k => k.DeleteRecords("sales", 0, -1)).Should().Throw<ArgumentOutOfRangeException>();
        kafka.Invoking(k => k.DeleteRecords("sales", 0, 5)).Should().Throw<KafkaException>();
        kafka.Invoking(k => k.MoveLeader("sales", 0, 2))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*the brokers 1 to 1.*");
        kafka.Invoking(k => k.CreateTopic("none", partitions: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Options_have_the_documented_defaults()
    {
        var options = new EmbeddedKafkaOptions();

        options.Brokers.Should().Be(1);
        options.RebalanceDelay.Should().Be(TimeSpan.FromMilliseconds(100));
        options.HeartbeatInterval.Should().Be(TimeSpan.FromMilliseconds(200));
        options.SessionTimeout.Should().Be(TimeSpan.FromSeconds(6));
        options.DeliveryTimeout.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        foreach (var options in new EmbeddedKafkaOptions[]
        {
            new() { Brokers = 0 },
            new() { RebalanceDelay = TimeSpan.FromMilliseconds(-1) },
            new() { HeartbeatInterval = TimeSpan.Zero },
            new() { SessionTimeout = TimeSpan.FromMilliseconds(100) },
            new() { DeliveryTimeout = TimeSpan.Zero },
        })
        {
            FluentActions.Invoking(() => EmbeddedKafka.Start(options)).Should().Throw<ArgumentOutOfRangeException>();
        }
    }
}
