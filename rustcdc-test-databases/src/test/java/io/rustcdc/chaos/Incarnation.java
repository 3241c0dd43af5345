package io.rustcdc.chaos;

import io.rustcdc.source.SourceArguments;
import io.rustcdc.test.databases.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One process of the consumer, from its start to its end.
 *
 * @param maxEvents the most changes of a batch, and so the most that may be repeated after a kill
 */
record Incarnation(JavaProcess process, Path log, int maxEvents) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Batches and queues of all sizes, so that the cuts fall everywhere in transactions. */
    static Incarnation start(Path directory, int number, SourceArguments source, Random random) {
        int maxEvents = 1 + random.nextInt(random.nextInt(3) == 0 ? 2000 : 60);
        int queue = 1 + random.nextInt(random.nextInt(3) == 0 ? 5000 : 300);
        int bytes = 1 + random.nextInt(random.nextInt(3) == 0 ? 4_000_000 : 200_000);
        // Half of them are slower than the changes come, so that cuts and kills meet full queues.
        long nanos = random.nextBoolean() ? 0 : 1_000_000L + random.nextInt(4_000_000);
        Path log = directory.resolve("applied-" + number + ".jsonl");
        List<String> arguments = new ArrayList<>(List.of(
                directory.toString(),
                log.toString(),
                Integer.toString(maxEvents),
                Integer.toString(queue),
                Integer.toString(bytes),
                Long.toString(nanos)));
        arguments.addAll(source.toList());
        JavaProcess process = JavaProcess.start(
                directory.resolve("consumer.log"),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Consumer.class,
                arguments);
        return new Incarnation(process, log, maxEvents);
    }

    Incarnation awaitStarted() throws InterruptedException {
        process.awaitAnswer(Consumer.STARTED::equals, PATIENCE);
        return this;
    }

    /** What is left may be much, and where batches are small each few changes wait for the disk. */
    void awaitMarks(List<String> tables) throws InterruptedException {
        for (String table : tables) {
            process.awaitAnswer((Consumer.MARK + table)::equals, PATIENCE.multipliedBy(5));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
