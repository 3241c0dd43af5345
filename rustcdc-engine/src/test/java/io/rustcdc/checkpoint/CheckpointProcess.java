package io.rustcdc.checkpoint;

import io.rustcdc.event.EventSource;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process of its own that does with a store what its standard input says, and answers line by line. */
final class CheckpointProcess {

    static final String ANSWER = "> ";

    private static final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

    private CheckpointProcess() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        EventSource source = new EventSource("shop", "postgres");
        FileCheckpointStore store = new FileCheckpointStore(directory, source, TestOffset::parse);
        FileCheckpointStore hanging = new FileCheckpointStore(directory, source, TestOffset::parse, (from, to) -> {
            if (to.getFileName().toString().startsWith("checkpoint_")) {
                hang();
            }
            DurableFile.Disk.REAL.rename(from, to);
        });
        answer("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            try {
                switch (words[0]) {
                    case "acquire" -> store.acquire();
                    case "release" -> store.release();
                    case "save" -> store.save(at(Long.parseLong(words[1])));
                    case "load" -> {
                        answer(store.load()
                                .map(checkpoint -> checkpoint.offset().text())
                                .orElse("empty"));
                        continue;
                    }
                    case "look" -> {
                        answer(store.stored()
                                .map(stored -> stored.checkpoint() == null
                                        ? "damaged"
                                        : stored.checkpoint().offset().text())
                                .orElse("empty"));
                        continue;
                    }
                    case "seed" -> store.seed(at(Long.parseLong(words[1])));
                    case "delete" -> store.delete();
                    case "hang" -> {
                        hanging.acquire();
                        hanging.save(at(Long.parseLong(words[1])));
                    }
                    case "loop" -> loop(store);
                    case "fill" -> fill(directory.resolve("filler"));
                    case "unfill" -> Files.delete(directory.resolve("filler"));
                    default -> throw new IllegalArgumentException(line);
                }
                answer("done");
            } catch (CheckpointException e) {
                answer(e.kind() + " " + e.getMessage() + " ACTION " + e.action());
            }
        }
    }

    private static Checkpoint at(long position) {
        return new Checkpoint(new TestOffset(position), position);
    }

    private static void loop(FileCheckpointStore store) throws IOException {
        store.acquire();
        long position = store.load().map(Checkpoint::committedEventCount).orElse(0L);
        while (true) {
            position++;
            answer("saving " + position);
            store.save(at(position));
            answer("saved " + position);
        }
    }

    private static void fill(Path file) throws IOException {
        Files.createFile(file);
        try (FileOutputStream filler = new FileOutputStream(file.toFile())) {
            byte[] page = new byte[512];
            while (true) {
                filler.write(page);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    private static void hang() throws IOException {
        answer("hanging");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** One write, short enough to arrive whole or not at all when the process is killed. */
    private static void answer(String text) throws IOException {
        out.write((ANSWER + text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
