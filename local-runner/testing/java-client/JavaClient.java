import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own client for tests, told what to do by lines of JSON: {"id":1,"on":"p","do":"send",...} is answered by
 * {"id":1,"result":...} or {"id":1,"error":"..."}; a group member also reports by itself: {"member":"m",...}. What is done on
 * one name happens in order; names do not wait for each other. Ends with its input. java-client.ts is the other side.
 */
public class JavaClient {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Map<String, ExecutorService> THREADS = new HashMap<>();
  static final Map<String, KafkaProducer<byte[], byte[]>> PRODUCERS = new ConcurrentHashMap<>();
  static final Map<String, Member> MEMBERS = new ConcurrentHashMap<>();
  /** Kafka's log goes to standard error: standard output has one JSON document on each line. */
  static final PrintStream OUT = System.out;
  static String brokers;

  public static void main(String[] args) throws Exception {
    System.setOut(System.err);
    brokers = args[0];
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    print(JSON.createObjectNode().put("ready", true));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = JSON.readTree(line);
      THREADS
          .computeIfAbsent(command.get("on").asText(), name -> Executors.newSingleThreadExecutor())
          .execute(() -> answer(command));
    }
    // Without a goodbye: an open transaction stays open, as a crashed client leaves it.
    Runtime.getRuntime().halt(0);
  }

  static synchronized void print(JsonNode line) {
    OUT.println(line);
  }

  static void answer(JsonNode command) {
    ObjectNode reply = JSON.createObjectNode().put("id", command.get("id").asInt());
    try {
      reply.set("result", run(command));
    } catch (Exception error) {
      reply.put("error", withCauses(error));
    }
    print(reply);
  }

  static String withCauses(Throwable error) {
    return error.getCause() == null ? error.toString() : error + ", because of " + withCauses(error.getCause());
  }

  static JsonNode run(JsonNode command) throws Exception {
    String name = command.get("on").asText();
    switch (command.get("do").asText()) {
      case "produce" -> PRODUCERS.put(name, createProducer(command));
      case "begin" -> PRODUCERS.get(name).beginTransaction();
      case "commit" -> PRODUCERS.get(name).commitTransaction();
      case "abort" -> PRODUCERS.get(name).abortTransaction();
      case "send" -> {
        return send(PRODUCERS.get(name), command);
      }
      case "join" -> {
        Member member = new Member(name, command);
        MEMBERS.put(name, member);
        new Thread(member::poll).start();
      }
      case "close" -> {
        if (PRODUCERS.containsKey(name)) PRODUCERS.remove(name).close();
        if (MEMBERS.containsKey(name)) MEMBERS.remove(name).leave();
      }
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
    return JSON.nullNode();
  }

  static KafkaProducer<byte[], byte[]> createProducer(JsonNode command) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", brokers);
    config.put("compression.type", command.get("compression").asText());
    // Records that are sent together go into one batch: nothing is sent before flush().
    config.put("batch.size", 4_000_000);
    config.put("linger.ms", 60_000);
    config.put("delivery.timeout.ms", 120_000);
    config.put("max.block.ms", 20_000);
    config.put("max.request.size", 100_000_000);
    config.put("buffer.memory", 128_000_000L);
    boolean isTransactional = command.hasNonNull("transactionalId");
    if (isTransactional) config.put("transactional.id", command.get("transactionalId").asText());
    var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    if (isTransactional) producer.initTransactions();
    return producer;
  }

  /** Answers where the first record of each entry was stored. */
  static JsonNode send(KafkaProducer<byte[], byte[]> producer, JsonNode command) throws Exception {
    List<Future<RecordMetadata>> firsts = new ArrayList<>();
    List<Future<RecordMetadata>> all = new ArrayList<>();
    for (JsonNode entry : command.get("records")) {
      byte[] key = bytes(entry.get("key"));
      byte[] value = bytes(entry.get("value"));
      Integer partition = entry.hasNonNull("partition") ? entry.get("partition").asInt() : null;
      Long timestamp = entry.hasNonNull("timestamp") ? entry.get("timestamp").asLong() : null;
      for (int index = 0; index < entry.get("count").asInt(); index++) {
        var record = new ProducerRecord<>(command.get("topic").asText(), partition, timestamp, key, value);
        for (JsonNode header : entry.get("headers")) {
          record.headers().add(header.get(0).asText(), bytes(header.get(1)));
        }
        Future<RecordMetadata> sent = producer.send(record);
        all.add(sent);
        if (index == 0) firsts.add(sent);
      }
    }
    producer.flush();
    for (Future<RecordMetadata> one : all) one.get();
    ArrayNode places = JSON.createArrayNode();
    for (Future<RecordMetadata> first : firsts) {
      places.addObject().put("partition", first.get().partition()).put("offset", first.get().offset());
    }
    return places;
  }

  /** [{"base64":"MA==","times":3}] is 000: long values need no long lines. */
  static byte[] bytes(JsonNode parts) {
    if (parts == null || parts.isNull()) return null;
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (JsonNode part : parts) {
      byte[] once = Base64.getDecoder().decode(part.get("base64").asText());
      for (int time = 0; time < part.get("times").asInt(); time++) whole.writeBytes(once);
    }
    return whole.toByteArray();
  }

  /** A member of a consumer group, which commits what it has reported. */
  static class Member implements ConsumerRebalanceListener {
    final String name;
    final KafkaConsumer<byte[], byte[]> consumer;
    final CountDownLatch left = new CountDownLatch(1);
    volatile boolean isLeaving = false;

    Member(String name, JsonNode command) {
      this.name = name;
      List<String> assignors = new ArrayList<>();
      for (JsonNode one : command.get("assignors")) {
        assignors.add("org.apache.kafka.clients.consumer." + one.asText());
      }
      Map<String, Object> config = new HashMap<>();
      config.put("bootstrap.servers", brokers);
      config.put("group.id", command.get("groupId").asText());
      config.put("partition.assignment.strategy", assignors);
      config.put("auto.offset.reset", "earliest");
      config.put("isolation.level", "read_committed");
      config.put("auto.commit.interval.ms", 200);
      config.put("session.timeout.ms", 6000);
      config.put("heartbeat.interval.ms", 500);
      consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer.subscribe(List.of(command.get("topic").asText()), this);
    }

    void poll() {
      try {
        while (!isLeaving) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) report(record);
        }
      } catch (WakeupException error) {
        // leave() woke it.
      } catch (Exception error) {
        print(JSON.createObjectNode().put("member", name).put("failed", withCauses(error)));
      } finally {
        consumer.close();
        left.countDown();
      }
    }

    void leave() throws InterruptedException {
      isLeaving = true;
      consumer.wakeup();
      left.await();
    }

    void report(ConsumerRecord<byte[], byte[]> record) {
      ObjectNode line = JSON.createObjectNode().put("member", name);
      line.putObject("record")
          .put("partition", record.partition())
          .put("offset", record.offset())
          .put("key", record.key())
          .put("value", record.value());
      print(line);
    }

    void reportAssignment() {
      ObjectNode line = JSON.createObjectNode().put("member", name);
      ArrayNode partitions = line.putArray("assigned");
      for (TopicPartition one : consumer.assignment()) partitions.add(one.partition());
      print(line);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      reportAssignment();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      print(JSON.createObjectNode().put("member", name).set("assigned", JSON.createArrayNode()));
    }
  }
}
