package io.rustcdc.source.mysql;

/**
 * A place in the binlog of one server: behind a whole event, where the next one begins.
 *
 * @param file {@code <base name>.<sequence number>}
 * @param offset bytes from the file's beginning; 4 is the place of its first event
 */
record BinlogPosition(String file, long offset) implements Comparable<BinlogPosition> {

    /** Where each file's first event begins, behind the magic number. */
    static final long FIRST = 4;

    private static final int MOST_DIGITS = 18;

    BinlogPosition {
        requireFile(file);
        if (offset < FIRST) {
            throw new IllegalArgumentException(
                    "Expected a position in '%s' of at least %d, found %d".formatted(file, FIRST, offset));
        }
    }

    /** Reads {@code file:offset}. */
    static BinlogPosition parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new BinlogPosition(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "Expected a binlog position such as \"binlog.000042:157\", found \"%s\"".formatted(text));
    }

    /** The number of the file; files are in the order of their numbers, not of their names: .999999 is before .1000000. */
    static long sequence(String file) {
        return Long.parseLong(file.substring(requireFile(file)));
    }

    /** Where the number begins. By hand, since there are positions for each transaction. */
    private static int requireFile(String file) {
        int digits = file.lastIndexOf('.') + 1;
        boolean sound = digits > 1 && digits < file.length() && file.length() - digits <= MOST_DIGITS;
        for (int i = digits; sound && i < file.length(); i++) {
            sound = file.charAt(i) >= '0' && file.charAt(i) <= '9';
        }
        if (!sound) {
            throw new IllegalArgumentException(
                    "Expected a binlog file such as \"binlog.000042\", found \"%s\"".formatted(file));
        }
        return digits;
    }

    BinlogPosition at(long other) {
        return new BinlogPosition(file, other);
    }

    boolean isBefore(BinlogPosition other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(BinlogPosition other) {
        if (file.equals(other.file)) {
            return Long.compare(offset, other.offset);
        }
        int files = Long.compare(sequence(file), sequence(other.file));
        return files != 0 ? files : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
