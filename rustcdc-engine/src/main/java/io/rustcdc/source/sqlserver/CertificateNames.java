package io.rustcdc.source.sqlserver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a certificate was made for a host: by its alternative names alone, as RFC 6125 wants it. */
final class CertificateNames {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private CertificateNames() {}

    static void require(X509Certificate certificate, String host) throws CertificateException {
        List<String> names = new ArrayList<>();
        boolean address = host.contains(":") || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        for (List<?> name : names(certificate)) {
            String text = String.valueOf(name.get(1));
            names.add(text);
            int kind = ((Number) name.get(0)).intValue();
            if (address ? kind == ADDRESS && isSame(text, host) : kind == DNS && matches(text, host)) {
                return;
            }
        }
        throw new CertificateException(
                "The certificate is made for %s, not for %s".formatted(names.isEmpty() ? "no host" : names, host));
    }

    private static Collection<List<?>> names(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null ? List.of() : names;
    }

    private static boolean isSame(String address, String host) {
        InetAddress one = parse(address);
        return one != null && one.equals(parse(host));
    }

    /** Addresses are not looked up. */
    private static @Nullable InetAddress parse(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** A star stands for the whole first label. */
    static boolean matches(String pattern, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        String given = pattern.toLowerCase(Locale.ROOT);
        if (!given.startsWith("*.")) {
            return given.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        return dot > 0 && given.indexOf('.', 2) > 0 && wanted.substring(dot).equals(given.substring(1));
    }
}
