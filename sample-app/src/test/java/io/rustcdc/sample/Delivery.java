package io.rustcdc.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A change of an order as the recorder noted it.
 *
 * @param version counts the order's changes from 1
 */
record Delivery(long order, int version) {

    /** Stands for the version of a deleted order. */
    static final int DELETED = Integer.MAX_VALUE;

    /** What is whole of a recording: its last line may be on its way, or cut off by a kill. */
    static List<Delivery> read(Path recording) throws IOException {
        if (!Files.exists(recording)) {
            return List.of();
        }
        String text = Files.readString(recording);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> line.split(" "))
                .map(parts -> new Delivery(Long.parseLong(parts[0]), Integer.parseInt(parts[1])))
                .toList();
    }
}
