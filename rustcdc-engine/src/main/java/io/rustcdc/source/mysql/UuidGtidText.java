package io.rustcdc.source.mysql;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One server's part of a GTID set as text: {@code uuid:1-5:7}; or one GTID. */
record UuidGtidText(String text) {

    private static final Pattern SERVER = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,19})(?:\\s*-\\s*(\\d{1,19}))?");

    /** What MySQL 8.3 and later may put between the UUID and the numbers. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,31}");

    UuidGtid gtid() {
        String[] parts = text.split(":", -1);
        UUID server = server(parts);
        if (parts.length != 2 || parts[1].isEmpty() || !parts[1].chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed();
        }
        return new UuidGtid(server, number(parts[1]));
    }

    UuidGtidSet addTo(UuidGtidSet set) {
        String[] parts = text.split("\\s*:\\s*", -1);
        UUID server = server(parts);
        UuidGtidSet grown = set;
        for (int i = 1; i < parts.length; i++) {
            if (TAG.matcher(parts[i]).matches()) {
                throw new IllegalArgumentException(
                        "Expected GTIDs without tags, which cannot be read, found the tag '%s' in \"%s\""
                                .formatted(parts[i], text));
            }
            grown = addNumbers(grown, server, parts[i]);
        }
        return grown;
    }

    private UUID server(String[] parts) {
        if (parts.length < 2 || !SERVER.matcher(parts[0]).matches()) {
            throw malformed();
        }
        return UUID.fromString(parts[0].toLowerCase(Locale.ROOT));
    }

    private UuidGtidSet addNumbers(UuidGtidSet set, UUID server, String numbers) {
        Matcher matcher = NUMBERS.matcher(numbers);
        if (!matcher.matches()) {
            throw malformed();
        }
        long first = number(matcher.group(1));
        long last = matcher.group(2) == null ? first : number(matcher.group(2));
        if (last < first) {
            throw malformed();
        }
        return set.with(server, first, last);
    }

    private long number(String digits) {
        try {
            long number = Long.parseLong(digits);
            if (number >= 1 && number <= UuidGtid.LAST) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw malformed();
    }

    private IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "Expected MySQL GTIDs such as \"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7\", found \"%s\""
                        .formatted(text));
    }
}
