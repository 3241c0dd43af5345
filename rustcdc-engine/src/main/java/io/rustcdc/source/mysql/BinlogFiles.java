package io.rustcdc.source.mysql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a server has, in order, the last of them being written. There is always one while it logs.
 */
record BinlogFiles(List<File> files) {

    /** One file and how many bytes it has. */
    record File(String name, long size) {}

    BinlogFiles {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one binlog file");
        }
    }

    File oldest() {
        return files.get(0);
    }

    File newest() {
        return files.get(files.size() - 1);
    }

    /** Null when there is no such file. */
    @Nullable
    File find(String name) {
        for (File file : files) {
            if (file.name().equals(name)) {
                return file;
            }
        }
        return null;
    }

    /** The file behind the given one; null when that is the newest or there is no such file. */
    @Nullable
    File next(String name) {
        for (int i = 0; i + 1 < files.size(); i++) {
            if (files.get(i).name().equals(name)) {
                return files.get(i + 1);
            }
        }
        return null;
    }

    /** Where the server's log begins. */
    BinlogPosition start() {
        return new BinlogPosition(oldest().name(), BinlogPosition.FIRST);
    }

    /** Whether there was such a file before the oldest that is left. */
    boolean isPurged(String name) {
        String base = base(oldest().name());
        return base(name).equals(base) && BinlogPosition.sequence(name) < BinlogPosition.sequence(oldest().name());
    }

    private static String base(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** How many bytes lie behind the position, which is in one of the files. */
    long bytesBehind(BinlogPosition position) {
        long sequence = BinlogPosition.sequence(position.file());
        long bytes = -position.offset();
        for (File file : files) {
            if (BinlogPosition.sequence(file.name()) >= sequence) {
                bytes += file.size();
            }
        }
        return Math.max(0, bytes);
    }

    /** For messages: {@code binlog.000003 to binlog.000009}. */
    @Override
    public String toString() {
        return files.size() == 1 ? oldest().name() : oldest().name() + " to " + newest().name();
    }
}
