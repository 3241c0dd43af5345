package io.rustcdc.sample.mysql;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Gives the application a MySQL or a MariaDB of its own, as the profile says. */
@Configuration(proxyBeanMethods = false)
@Profile("mysql | mariadb")
class EmbeddedMySqlConfiguration {

    @Bean
    EmbeddedMySql embeddedMySql(
            Environment environment,
            @Value("${shop.data-directory}") Path directory,
            @Value("${shop.database-port:0}") int port) {
        Flavor flavor = environment.acceptsProfiles(Profiles.of("mysql")) ? Flavor.MYSQL : Flavor.MARIADB;
        return EmbeddedMySql.start(flavor, directory.resolve(flavor.type()), port);
    }

    /** Both the pool and the capture take their connection from here. */
    @Bean
    JdbcConnectionDetails jdbcConnectionDetails(EmbeddedMySql server) {
        return new Details(server);
    }

    /** The server trusts everybody on this machine; there is no password. */
    private record Details(EmbeddedMySql server) implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return MySqlServer.SUPERUSER;
        }

        @Override
        public String getPassword() {
            return "";
        }

        @Override
        public String getJdbcUrl() {
            return server.jdbcUrl();
        }
    }
}
