package io.rustcdc.checkpoint.jdbc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** How this process names itself in a lease: {@code <pid>@<host>/<random>}. */
final class Instance {

    private static final int LONGEST_HOST = 200;
    private static final String HOST = host();

    private Instance() {}

    /** A name that nobody else has, now or later. */
    static String newOwner() {
        return "%d@%s/%s".formatted(ProcessHandle.current().pid(), HOST, UUID.randomUUID());
    }

    /** The process id in a name. */
    static String pid(String owner) {
        int at = owner.indexOf('@');
        return at < 0 ? owner : owner.substring(0, at);
    }

    /** For people, without what only tells names apart. */
    static String shown(String owner) {
        int slash = owner.lastIndexOf('/');
        int at = owner.indexOf('@');
        return at < 0 || slash < at
                ? "another instance"
                : "process %s on host '%s'".formatted(owner.substring(0, at), owner.substring(at + 1, slash));
    }

    private static String host() {
        String name = System.getenv("HOSTNAME");
        if (name == null || name.isBlank()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                name = "unknown"; // only people read it
            }
        }
        return name.length() <= LONGEST_HOST ? name : name.substring(0, LONGEST_HOST);
    }
}
