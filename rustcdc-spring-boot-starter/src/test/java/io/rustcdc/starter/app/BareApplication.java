package io.rustcdc.starter.app;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Nothing but the starter and a listener; its database is down. */
@SpringBootApplication
public class BareApplication {

    public static void main(String[] arguments) throws IOException {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(BareApplication.class)
                .properties(Map.of(
                        "rustcdc.postgres.shop.host", "127.0.0.1",
                        "rustcdc.postgres.shop.port", freePort(),
                        "rustcdc.postgres.shop.database", "shop",
                        "rustcdc.postgres.shop.user", "cdc_user"))
                .run(arguments)) {
            System.out.println("state: "
                    + context.getBean(CdcEngines.class).get("shop").status().state());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @CdcListener
    void on(ChangeEvent<Row> event) {}
}
