package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server is started with.
 *
 * @param options such as {@code --gtid-mode=ON}; the last one of a name counts
 * @param tls the files for TLS, or null for what the server does by itself
 * @param dataDirectory null for a temporary one
 * @param port 0 for a free one
 */
record MySqlSettings(
        Flavor flavor,
        List<String> options,
        @Nullable Tls tls,
        @Nullable Path dataDirectory,
        int port) {

    MySqlSettings {
        options = List.copyOf(options);
    }

    /** PEM files of the authority, the certificate and its key. */
    record Tls(Path authority, Path certificate, Path key) {

        /** The options that name the files where the server sees them. */
        List<String> options() {
            return List.of("--loose-ssl=ON", "--ssl-ca=" + authority, "--ssl-cert=" + certificate, "--ssl-key=" + key);
        }
    }

    /** The options that make a source possible, and a server that starts fast and needs little memory. */
    static List<String> defaults(Flavor flavor, int serverId) {
        List<String> options = new ArrayList<>(List.of(
                "--server-id=" + serverId,
                "--log-bin=binlog",
                "--binlog-format=ROW",
                "--binlog-row-image=FULL",
                "--sync-binlog=1",
                "--innodb-flush-log-at-trx-commit=1",
                // An odd zone: nothing may depend on where the server is.
                "--default-time-zone=+05:30",
                "--character-set-server=utf8mb4",
                "--skip-name-resolve",
                "--max-connections=300",
                "--innodb-buffer-pool-size=32M",
                "--performance-schema=OFF"));
        options.addAll(
                flavor == Flavor.MYSQL
                        ? List.of(
                                "--gtid-mode=ON",
                                "--enforce-gtid-consistency=ON",
                                "--loose-mysqlx=OFF",
                                "--loose-mysql-native-password=ON",
                                "--innodb-redo-log-capacity=16M")
                        // The certificates that it would make itself take seconds at each start.
                        : List.of("--skip-ssl", "--log-slave-updates=ON", "--innodb-log-file-size=16M"));
        return options;
    }
}
