package io.rustcdc.sample.mysql;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Path;

/** Starts the server of a directory and ends without a word, as if it was killed. */
final class AbandonedMySql {

    private AbandonedMySql() {}

    public static void main(String[] arguments) {
        EmbeddedMySql server = EmbeddedMySql.start(Flavor.valueOf(arguments[0]), Path.of(arguments[1]), 0);
        System.out.println(server.jdbcUrl());
        System.out.flush();
        Runtime.getRuntime().halt(137);
    }
}
