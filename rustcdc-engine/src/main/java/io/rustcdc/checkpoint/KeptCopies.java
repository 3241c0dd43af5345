package io.rustcdc.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Copies of what was replaced: the checkpoint, and the schemas that belonged to it, each beside the file it was, with the time
 * at the end of its name. That time is the copy's id.
 */
final class KeptCopies {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}\\.\\d{3}Z");

    private final DurableFile files;
    private final Path checkpoint;
    private final Path schemas;

    KeptCopies(DurableFile files, Path checkpoint, Path schemas) {
        this.files = files;
        this.checkpoint = checkpoint;
        this.schemas = schemas;
    }

    /**
     * Copies what is there; durable on return. The schemas first: a copy is listed by its checkpoint, so that one is never
     * seen without the schemas that it had. What the newest copy holds is not copied again: a replacement that fails is
     * repeated, perhaps often.
     */
    void keep() throws IOException {
        byte[] oldCheckpoint = bytes(checkpoint);
        if (oldCheckpoint == null) {
            return;
        }
        byte[] oldSchemas = bytes(schemas);
        List<String> ids = ids();
        if (!ids.isEmpty()
                && Arrays.equals(bytes(checkpoint(ids.get(0))), oldCheckpoint)
                && Arrays.equals(bytes(schemas(ids.get(0))), oldSchemas)) {
            return;
        }
        String id = unusedId();
        if (oldSchemas != null) {
            files.replace(of(schemas, id), oldSchemas);
        }
        files.replace(of(checkpoint, id), oldCheckpoint);
    }

    /** Two replacements within a millisecond must not become one. */
    private String unusedId() {
        Instant time = Instant.now();
        while (Files.exists(of(checkpoint, TIME.format(time)))) {
            time = time.plusMillis(1);
        }
        return TIME.format(time);
    }

    /** The newest first; none where there is no folder yet. */
    List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        String prefix = checkpoint.getFileName() + ".";
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(checkpoint.getParent(), prefix + "*")) {
            for (Path entry : entries) {
                String id = entry.getFileName().toString().substring(prefix.length());
                if (isId(id)) {
                    ids.add(id);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        ids.sort(Comparator.reverseOrder());
        return ids;
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    static Instant time(String id) {
        return TIME.parse(id, Instant::from);
    }

    Path checkpoint(String id) {
        return of(checkpoint, id);
    }

    Path schemas(String id) {
        return of(schemas, id);
    }

    private static Path of(Path file, String id) {
        return file.resolveSibling(file.getFileName() + "." + id);
    }

    static byte @Nullable [] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
