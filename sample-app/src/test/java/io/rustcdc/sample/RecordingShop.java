package io.rustcdc.sample;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;

/** The shop with a listener more, which writes down what it is given. Its file outlives a {@code kill -9}. */
final class RecordingShop {

    private RecordingShop() {}

    public static void main(String[] arguments) {
        new SpringApplication(SampleApplication.class, Recorder.class).run(arguments);
    }

    static final class Recorder {

        private final Path file;

        Recorder(@Value("${recording}") Path file) {
            this.file = file;
        }

        @CdcListener(source = "shop", tables = "orders")
        void onOrder(ChangeEvent<Row> change) throws IOException {
            Object id = Objects.requireNonNull(change.key()).values().get(0);
            Object version = change.operation() == Operation.DELETE
                    ? Delivery.DELETED
                    : Objects.requireNonNull(change.afterRow()).get("version");
            Files.writeString(file, id + " " + version + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
