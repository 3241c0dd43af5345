package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.ServerAddress;
import io.rustcdc.source.postgres.PostgresConnections.Opened;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the primary among the servers of a source. Each gets an equal share of what is left of the budget, so that one that
 * does not answer cannot keep the next from being asked. The one that was the primary last is asked first.
 */
final class PrimarySearch {

    /** What weighs most among several answers; a server that could not be asked may be the primary. */
    private static final List<FailureKind> DECISIVE =
            List.of(FailureKind.TRANSIENT, FailureKind.AUTHENTICATION, FailureKind.CONFIGURATION);

    private final PostgresOptions options;
    private volatile @Nullable ServerAddress last;

    PrimarySearch(PostgresOptions options) {
        this.options = options;
    }

    /** Connects to one server within the budget. */
    interface Opener {

        Opened open(ServerAddress server, Duration budget);
    }

    /**
     * A connection to the primary; with one server alone, to that one, whatever it is.
     *
     * @throws SourceException of kind TRANSIENT as long as any server may become the primary by itself
     */
    Opened find(Opener opener) {
        List<ServerAddress> servers = inOrder();
        if (servers.size() == 1) {
            return opener.open(servers.get(0), options.connTimeout());
        }
        long deadline = System.nanoTime() + options.connTimeout().toNanos();
        List<SourceException> failures = new ArrayList<>();
        List<ServerAddress> standbys = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            ServerAddress server = servers.get(i);
            Duration share = Duration.ofNanos((deadline - System.nanoTime()) / (servers.size() - i));
            try {
                Opened opened = opener.open(server, share);
                if (isPrimary(opened)) {
                    last = server;
                    return opened;
                }
                opened.close();
                standbys.add(server);
            } catch (SourceException e) {
                failures.add(e);
            }
        }
        throw failures.isEmpty() ? allStandbys() : none(failures, standbys);
    }

    private List<ServerAddress> inOrder() {
        List<ServerAddress> servers = new ArrayList<>(options.addresses());
        ServerAddress first = last;
        if (first != null && servers.remove(first)) {
            servers.add(0, first);
        }
        return servers;
    }

    private boolean isPrimary(Opened opened) {
        try (Statement statement = opened.connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT NOT pg_is_in_recovery()")) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException e) {
            opened.close();
            throw new PostgresErrors(options.at(opened.server())).failed("ask for the server's role", e);
        }
    }

    private SourceException allStandbys() {
        return new SourceException(
                FailureKind.TRANSIENT,
                "All of %s are standbys, expected one primary: a failover is under way, or the primary is missing there"
                        .formatted(options.server()),
                "Wait for the promotion, or add the primary to " + options.key("host"),
                null);
    }

    private SourceException none(List<SourceException> failures, List<ServerAddress> standbys) {
        SourceException decisive = DECISIVE.stream()
                .flatMap(kind -> failures.stream().filter(failure -> failure.kind() == kind))
                .findFirst()
                .orElse(failures.get(0));
        List<String> found = new ArrayList<>();
        failures.forEach(failure -> found.add(failure.description()));
        if (!standbys.isEmpty()) {
            found.add("standby: " + standbys.stream().map(Objects::toString).collect(Collectors.joining(", ")));
        }
        return new SourceException(
                decisive.kind(),
                "No primary could be reached among %s. %s".formatted(options.server(), String.join("; ", found)),
                decisive.action(),
                decisive);
    }
}
