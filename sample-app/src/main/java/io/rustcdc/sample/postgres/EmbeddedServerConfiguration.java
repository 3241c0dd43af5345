package io.rustcdc.sample.postgres;

import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Gives the application a server of its own, unless a profile brings another one, or "external" names the user's. */
@Configuration(proxyBeanMethods = false)
@Profile("!external & !mysql & !mariadb")
class EmbeddedServerConfiguration {

    @Bean
    EmbeddedServer embeddedServer(
            @Value("${shop.data-directory}") Path directory, @Value("${shop.database-port:0}") int port) {
        return EmbeddedServer.start(directory.resolve("postgres"), port);
    }

    /** Both the pool and the capture take their connection from here. */
    @Bean
    JdbcConnectionDetails jdbcConnectionDetails(EmbeddedServer server) {
        return new EmbeddedConnectionDetails(server);
    }
}
