package io.rustcdc.source.mysql;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a reader calls itself at the server, so that others which come with its server id can tell who has it:
 * {@code rustcdc/<source>/<process>@<host>}, as far as it fits into the 60 bytes that every server takes.
 */
record ReplicaName(String source, long process, String host) {

    /** Of the source's name and of the host's: with the rest it is 60. */
    private static final int LONGEST_PART = 20;

    private static final Pattern FORM = Pattern.compile("rustcdc/(.*)/(\\d+)@(.*)");

    static ReplicaName own(String source) {
        String safe = source.replaceAll("[^A-Za-z0-9_.-]", "_");
        return new ReplicaName(
                safe.substring(0, Math.min(safe.length(), LONGEST_PART)),
                ProcessHandle.current().pid(),
                shortened(hostName()));
    }

    /** Null for the name of another kind of reader. */
    static @Nullable ReplicaName parse(@Nullable String text) {
        Matcher matcher = FORM.matcher(text == null ? "" : text);
        return matcher.matches()
                ? new ReplicaName(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(3))
                : null;
    }

    /** Whether a reader of this name is one of ours that is gone, of which the server has not noticed yet. */
    boolean isGone(ReplicaName own) {
        if (!host.equals(own.host)) {
            return false;
        }
        return process == own.process
                ? source.equals(own.source)
                : ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty();
    }

    @Override
    public String toString() {
        return "rustcdc/%s/%d@%s".formatted(source, process, host);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private static String shortened(String host) {
        byte[] ascii = host.replaceAll("[^A-Za-z0-9_.-]", "_").getBytes(StandardCharsets.US_ASCII);
        return new String(ascii, 0, Math.min(ascii.length, LONGEST_PART), StandardCharsets.US_ASCII);
    }
}
