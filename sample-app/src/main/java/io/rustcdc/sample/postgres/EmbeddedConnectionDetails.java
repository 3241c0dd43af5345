package io.rustcdc.sample.postgres;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** How to reach the embedded server. It trusts everybody on this machine; the password is never asked for. */
record EmbeddedConnectionDetails(EmbeddedServer server) implements JdbcConnectionDetails {

    @Override
    public String getUsername() {
        return "postgres";
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
