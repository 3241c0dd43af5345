package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.outbox.OutboxColumns;
import io.rustcdc.spring.outbox.OutboxTable;
import io.rustcdc.spring.outbox.Outboxes;
import java.util.ArrayList;
import java.util.List;

/** Finds the source that a listener means, and its outbox. */
final class ListenerSources implements Outboxes.Tables {

    private final List<ConfiguredSource> sources = new ArrayList<>();

    ListenerSources(ConfiguredSources sources) {
        sources.forEach(this.sources::add);
    }

    /**
     * @param declared as the listener names it; empty for the only one
     * @param listener for messages
     * @throws CdcConfigurationException if there is none of that name, or it is not known which one is meant
     */
    ConfiguredSource find(String declared, String listener) {
        if (sources.isEmpty()) {
            throw new CdcConfigurationException(
                    "Listener %s waits for changes, but no source is configured".formatted(listener), """
                    Configure one, or set rustcdc.enabled=false. What spring.datasource says already can be left out, if all of \
                    host, port and database is, or both user and password:

                    rustcdc:
                      postgres:            # or mysql, mariadb, sqlserver
                        shop:
                          host: localhost
                          database: ...
                          user: ...
                          password: ...
                    """);
        }
        if (declared.isEmpty()) {
            if (sources.size() > 1) {
                throw new CdcConfigurationException(
                        "Listener %s does not say which source it listens to, and there are %d: %s"
                                .formatted(listener, sources.size(), names()),
                        "Write @CdcListener(source = \"...\").");
            }
            return sources.get(0);
        }
        String wanted = ConfiguredSource.canonical(declared);
        return sources.stream()
                .filter(source -> ConfiguredSource.canonical(source.name()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new CdcConfigurationException(
                        "Listener %s listens to source '%s', which does not exist; configured: %s"
                                .formatted(listener, declared, names()),
                        "Correct the name, or configure a source '%s' below rustcdc.postgres, rustcdc.mysql, rustcdc.mariadb or rustcdc.sqlserver."
                                .formatted(declared)));
    }

    private String names() {
        return String.join(", ", sources.stream().map(ConfiguredSource::name).toList());
    }

    @Override
    public OutboxTable of(String declared, String listener) {
        ConfiguredSource source = find(declared, listener);
        OutboxProperties settings = source.settings().getOutbox();
        OutboxProperties.Columns columns = settings.getColumns();
        return new OutboxTable(
                source.key(),
                settings.getTable(),
                new OutboxColumns(
                        columns.getId(),
                        columns.getAggregateType(),
                        columns.getAggregateId(),
                        columns.getType(),
                        columns.getPayload(),
                        columns.getTimestamp()));
    }
}
