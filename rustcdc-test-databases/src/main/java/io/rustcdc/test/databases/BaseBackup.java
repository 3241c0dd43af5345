package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A copy of a running server's data that starts as its standby (manual 25.3.3 and 26.2). The embedded binaries have no
 * pg_basebackup, so it is made over SQL: begin the backup, copy the files, end the backup.
 */
final class BaseBackup {

    /** Folders whose content belongs to the running server alone. */
    private static final Set<String> EMPTY =
            Set.of("pg_wal", "pg_replslot", "pg_stat_tmp", "pg_notify", "pg_serial", "pg_snapshots", "pg_subtrans");

    private static final Set<String> OMITTED = Set.of("postmaster.pid", "postmaster.opts");

    private static final int FIRST_WITH_SHORT_NAMES = 150000;
    private static final int FIRST_WITH_FAILOVER_SLOTS = 170000;

    private final PostgresServer primary;
    private final String slotName;

    BaseBackup(PostgresServer primary, String slotName) {
        this.primary = primary;
        this.slotName = slotName;
    }

    /** Fills an empty folder. The slot that is created first keeps the log that the standby begins with. */
    void take(Path folder) {
        try (Connection connection = primary.database("postgres").connect();
                Statement statement = connection.createStatement()) {
            int version = Integer.parseInt(text(statement, "SHOW server_version_num"));
            boolean shortNames = version >= FIRST_WITH_SHORT_NAMES;
            statement.execute("SELECT pg_create_physical_replication_slot('%s', true)".formatted(slotName));
            statement.execute(
                    shortNames
                            ? "SELECT pg_backup_start('copy', true)"
                            : "SELECT pg_start_backup('copy', true, false)");
            copy(Path.of(text(statement, "SHOW data_directory")), folder);
            String label = text(
                    statement,
                    "SELECT labelfile FROM " + (shortNames ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)"));
            Files.writeString(folder.resolve("backup_label"), label);
            Files.writeString(folder.resolve("standby.signal"), "");
            Files.writeString(
                    folder.resolve("postgresql.auto.conf"),
                    settings(version >= FIRST_WITH_FAILOVER_SLOTS),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (SQLException e) {
            throw new IllegalStateException("No backup of the server on port " + primary.port(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String settings(boolean failoverSlots) {
        return """
                primary_conninfo = 'host=%s port=%d user=%s dbname=postgres application_name=%s'
                primary_slot_name = '%s'
                hot_standby_feedback = on
                %s
                """.formatted(
                        primary.host(),
                        primary.port(),
                        PostgresServer.SUPERUSER,
                        slotName,
                        slotName,
                        failoverSlots ? "sync_replication_slots = on" : "");
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Files may change or vanish under our hands: replaying the log from the backup's begin mends that. */
    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return EMPTY.contains(from.relativize(directory).toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(from.relativize(file));
                if (!OMITTED.contains(file.getFileName().toString())) {
                    try {
                        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                    } catch (NoSuchFileException e) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }
}
