package io.rustcdc.test.databases;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Kills a process when this JVM ends, also when it is killed itself and runs no shutdown hook: a shell waits for the end of
 * its input, which comes when nobody holds the other end any more.
 */
final class DeathWatch implements AutoCloseable {

    private final Process shell;

    DeathWatch(long pid) {
        try {
            shell = new ProcessBuilder("sh", "-c", "read -r _; kill -KILL \"$0\"", Long.toString(pid))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be called when the process has ended: its number may soon be another's. */
    @Override
    public void close() {
        shell.destroyForcibly().onExit().join();
    }
}
