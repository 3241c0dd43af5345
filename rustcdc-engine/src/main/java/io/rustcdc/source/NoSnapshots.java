package io.rustcdc.source;

import java.util.List;

/** For a source whose existing rows cannot be read. */
final class NoSnapshots implements SnapshotBackend {

    static final NoSnapshots INSTANCE = new NoSnapshots();

    private NoSnapshots() {}

    @Override
    public List<SnapshotTable> tables() {
        return List.of();
    }

    @Override
    public List<KeyRange> split(SnapshotTable table, int parts) {
        return List.of(KeyRange.all());
    }

    @Override
    public SnapshotReader open() {
        throw new UnsupportedOperationException("There are no tables to be read");
    }
}
