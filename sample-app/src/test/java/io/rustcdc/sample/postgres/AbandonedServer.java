package io.rustcdc.sample.postgres;

import java.nio.file.Path;

/** A program that starts a server and dies as by {@code kill -9}. */
final class AbandonedServer {

    private AbandonedServer() {}

    public static void main(String[] arguments) {
        EmbeddedServer server = EmbeddedServer.start(Path.of(arguments[0]), 0);
        System.out.println(server.jdbcUrl());
        System.out.flush();
        Runtime.getRuntime().halt(137);
    }
}
