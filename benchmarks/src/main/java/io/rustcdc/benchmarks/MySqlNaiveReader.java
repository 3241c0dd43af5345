package io.rustcdc.benchmarks;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What everybody writes first: the client of mysql-binlog-connector-java as it is, with a listener that counts rows. The
 * client turns the values of all rows into objects. Nothing is saved, and no checksum is verified.
 */
final class MySqlNaiveReader implements BacklogReader {

    private final BinaryLogClient client;

    MySqlNaiveReader(MySqlTarget target) {
        this.client = new BinaryLogClient(MySqlTarget.HOST, target.port(), MySqlTarget.USER, "");
        client.setSSLMode(SSLMode.DISABLED);
        client.setServerId(target.serverId());
        client.setBinlogFilename(target.begin().file());
        client.setBinlogPosition(target.begin().position());
    }

    @Override
    public void read(Measurement measurement) throws IOException, TimeoutException, InterruptedException {
        client.registerEventListener(event -> count(event, measurement));
        measurement.begin();
        // The client reads in a thread of its own.
        client.connect(TimeUnit.SECONDS.toMillis(30));
        measurement.awaitLastRow();
    }

    private static void count(Event event, Measurement measurement) {
        if (event.getData() instanceof WriteRowsEventData data) {
            for (int i = data.getRows().size(); i > 0; i--) {
                measurement.row();
            }
        }
    }

    @Override
    public void close() {
        try {
            client.disconnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
