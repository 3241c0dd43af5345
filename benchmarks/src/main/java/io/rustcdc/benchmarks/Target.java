package io.rustcdc.benchmarks;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.rustcdc.source.SourceConnector;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What a measured JVM reads, and how one does that on its database. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({@JsonSubTypes.Type(PostgresTarget.class), @JsonSubTypes.Type(MySqlTarget.class)})
sealed interface Target permits PostgresTarget, MySqlTarget {

    /** The source's name. */
    String SOURCE = "bench";

    /** The table, as the source names it and as SQL does. */
    String table();

    /** A folder for checkpoints. */
    String directory();

    /** A connection that may write. */
    Connection connect() throws SQLException;

    ServerProbe probe() throws SQLException;

    /** The loop over a client library that everybody writes first. */
    BacklogReader naiveReader();

    /** The connector of an engine, all other settings at their defaults. */
    SourceConnector connector();

    /** What an application sets below {@code rustcdc.} for the same. */
    Map<String, Object> properties();
}
