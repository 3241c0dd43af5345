package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The unpacked binaries of a server, and a data directory as its first start leaves it, which is copied for each server:
 * setting one up takes seconds, a copy a tenth of one.
 */
final class MySqlDistribution {

    /** What only the set-up of a data directory decides; the server refuses another value later. */
    private static final String SET_UP_OPTIONS = "--(lower-case-table-names|innodb-page-size|innodb-undo-directory)=.*";

    /** Accounts of the local host do not match connections over TCP, as servers look up no names. */
    private static final String ROOT = "CREATE USER root@'%';\nGRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;\n";

    private final Flavor flavor;
    private final Path home;
    private final String name;

    private MySqlDistribution(Flavor flavor, Path home) {
        this.flavor = flavor;
        this.home = home;
        this.name = home.getFileName().toString();
    }

    /** The binaries for this machine, unpacked by the first test on it. */
    static MySqlDistribution of(Flavor flavor) {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.toLowerCase(Locale.ROOT).equals("linux amd64")) {
            throw new IllegalStateException(
                    "The embedded %s is for Linux amd64, this machine is %s: start Docker, and run with -D%s=%s"
                            .formatted(
                                    flavor.product(),
                                    system,
                                    ContainerImage.property(flavor),
                                    flavor == Flavor.MYSQL ? "8.0" : "11.4"));
        }
        ServerArchive archive = ServerArchive.of(flavor);
        Path home = CachedFolder.get(archive.name(), archive::unpack);
        if (flavor == Flavor.MYSQL) {
            AsyncIoLibrary.provide(home.resolve("lib/private"));
        }
        return new MySqlDistribution(flavor, home);
    }

    /** How to run the server on a data directory; options follow. */
    List<String> command(Path data) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve(flavor == Flavor.MYSQL ? "bin/mysqld" : "bin/mariadbd")
                .toString());
        command.addAll(placeOptions(data));
        return command;
    }

    /** Fills an empty folder with the data of a server that was never used. */
    void createData(Path directory, List<String> options) {
        List<String> setUp = options.stream()
                .filter(option -> option.matches(SET_UP_OPTIONS))
                .toList();
        Path template = CachedFolder.get(
                name + "-data" + String.join("", setUp).replaceAll("\\W+", "-"), folder -> setUp(folder, setUp));
        try {
            FileTree.copy(template, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + template + " to " + directory, e);
        }
    }

    private void setUp(Path data, List<String> options) throws IOException {
        Path work = Files.createTempDirectory("rustcdc-set-up");
        try {
            Path log = work.resolve("log");
            Path accounts = Files.writeString(work.resolve("accounts.sql"), ROOT);
            List<String> command = new ArrayList<>(setUpCommand(data, accounts));
            command.addAll(options);
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (process.onExit().join().exitValue() != 0) {
                throw new IllegalStateException(explained("%s cannot set up its data (%s):%n%s"
                        .formatted(flavor.product(), String.join(" ", command), Files.readString(log))));
            }
        } finally {
            FileTree.delete(work);
        }
        // It holds the server's identity: without it each server makes itself one of its own.
        Files.deleteIfExists(data.resolve("auto.cnf"));
    }

    private List<String> setUpCommand(Path data, Path accounts) {
        List<String> command = new ArrayList<>();
        if (flavor == Flavor.MYSQL) {
            command.addAll(command(data));
            command.addAll(List.of("--initialize-insecure", "--disable-log-bin", "--init-file=" + accounts));
            command.add("--innodb-redo-log-capacity=8M");
        } else {
            // Its accounts are for the loopback address too.
            command.addAll(
                    List.of("sh", home.resolve("scripts/mariadb-install-db").toString()));
            command.addAll(placeOptions(data));
            command.addAll(List.of("--auth-root-authentication-method=normal", "--skip-test-db"));
            command.add("--innodb-log-file-size=4M");
        }
        return command;
    }

    /** A message about a server that ended, after what to do about it where that is known. */
    static String explained(String message) {
        return message.contains("libaio.so") ? AsyncIoLibrary.MISSING + "\n" + message : message;
    }

    private List<String> placeOptions(Path data) {
        List<String> options = new ArrayList<>(List.of("--no-defaults", "--basedir=" + home, "--datadir=" + data));
        if (System.getProperty("user.name").equals("root")) {
            // Only root is asked whether it means it.
            options.add("--user=root");
        }
        return options;
    }
}
