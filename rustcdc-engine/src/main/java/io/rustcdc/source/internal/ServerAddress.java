package io.rustcdc.source.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {

    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+))(?::(\\d{1,5}))?");
    /** Eight groups, or fewer with a gap, and perhaps a zone; else it would be a name with two ports. */
    private static final Pattern BARE_IPV6 =
            Pattern.compile("(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|[0-9A-Fa-f:]*::[0-9A-Fa-f:.]*)(?:%\\w+)?");

    /**
     * The addresses in {@code host[:port][,host[:port]]...}, an IPv6 address in brackets where a port follows.
     *
     * @param port for those without one
     */
    public static List<ServerAddress> parse(SettingChecks checks, String hosts, int port) {
        checks.text("host", hosts);
        requirePort(checks, "port", Integer.toString(port));
        List<ServerAddress> addresses = new ArrayList<>();
        for (String part : hosts.split(",", -1)) {
            addresses.add(one(checks, part.strip(), port));
        }
        return List.copyOf(addresses);
    }

    private static ServerAddress one(SettingChecks checks, String text, int defaultPort) {
        if (BARE_IPV6.matcher(text).matches()) {
            return new ServerAddress(text, defaultPort);
        }
        Matcher matcher = WITH_PORT.matcher(text);
        if (!matcher.matches()) {
            throw checks.refused(
                    "host", text, "a host name or an address, [...] around IPv6, several with commas: db1,db2:5433");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        String port = matcher.group(3);
        return new ServerAddress(host, port == null ? defaultPort : requirePort(checks, "host", port));
    }

    private static int requirePort(SettingChecks checks, String setting, String text) {
        int port = Integer.parseInt(text);
        if (port < 1 || port > 65535) {
            throw checks.refused(setting, text, "a port from 1 to 65535");
        }
        return port;
    }

    /** As in a URL. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
