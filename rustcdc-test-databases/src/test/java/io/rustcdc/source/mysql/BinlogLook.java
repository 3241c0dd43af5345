package io.rustcdc.source.mysql;

import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The checks and the choice of a start at a real server, without a stream behind them. */
final class BinlogLook {

    private final MySqlServer server;
    private final MySqlOptions options;
    private String user = MySqlServer.SUPERUSER;
    private String password = "";

    BinlogLook(MySqlServer server) {
        this(server, options(server));
    }

    BinlogLook(MySqlServer server, MySqlOptions.Builder options) {
        this.server = server;
        this.options = options.build();
    }

    static MySqlOptions.Builder options(MySqlServer server) {
        return options(server, server.flavor());
    }

    static MySqlOptions.Builder options(MySqlServer server, Flavor flavor) {
        return MySqlOptions.builder(flavor, "shop")
                .host(server.host())
                .port(server.port())
                .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                .transport(Transport.plaintext())
                .serverId(49_000);
    }

    /** Leaves only a new file. MariaDB needs the one before until its engines have stored what is in it, and says nothing. */
    static void purge(MySqlServer server) {
        MySqlDatabase admin = server.database("mysql");
        admin.sql("FLUSH BINARY LOGS");
        String newest = server.binlogStatus().file();
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            admin.sql("PURGE BINARY LOGS TO '%s'".formatted(newest));
            Assertions.assertThat(admin.value("SHOW BINARY LOGS")).isEqualTo(newest);
        });
    }

    BinlogLook as(String otherUser, String otherPassword) {
        user = otherUser;
        password = otherPassword;
        return this;
    }

    ServerFacts facts() {
        return call((facts, catalog) -> facts);
    }

    BinlogView view() {
        return call((facts, catalog) -> checked(facts, catalog));
    }

    MySqlOffset present() {
        return view().present();
    }

    StartPosition.Start find(StreamRequest request) {
        return call((facts, catalog) -> new StartPosition(
                        options, new PositionLost(options), facts, checked(facts, catalog), catalog::executedBefore)
                .find(request, (MySqlOffset) request.resume()));
    }

    StartPosition.Start resume(MySqlOffset saved) {
        return find(StreamRequest.resume(MySqlOffset.parse(server.flavor(), saved.fields())));
    }

    StartPosition.Start behindTheGap(MySqlOffset saved) {
        return find(new StreamRequest(saved, false, true, Map.of()));
    }

    @Nullable
    GtidSet executedBefore(BinlogPosition position) {
        return call((facts, catalog) -> catalog.executedBefore(position));
    }

    SourceException refused() {
        return Assertions.catchThrowableOfType(SourceException.class, this::view);
    }

    SourceException refused(MySqlOffset saved) {
        return Assertions.catchThrowableOfType(SourceException.class, () -> resume(saved));
    }

    private BinlogView checked(ServerFacts facts, BinlogCatalog catalog) throws SQLException {
        ServerChecks checks = new ServerChecks(options);
        checks.check(checks.atStart(), facts);
        return Objects.requireNonNull(checks.look(checks.atStart(), facts, catalog));
    }

    private <T> T call(Asking<T> asking) {
        MySqlDatabase database = server.database("information_schema");
        try (Connection connection = database.connect(user, password)) {
            BinlogCatalog catalog = new BinlogCatalog(connection);
            return asking.ask(catalog.facts(), catalog);
        } catch (SQLException e) {
            throw new MySqlErrors(options).failed("look", e);
        }
    }

    private interface Asking<T> {

        T ask(ServerFacts facts, BinlogCatalog catalog) throws SQLException;
    }
}
