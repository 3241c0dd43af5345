package io.rustcdc.source.mysql;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server calls itself.
 *
 * @param flavor which of the two it is
 * @param text as {@code @@version}, such as 8.0.33 or 11.4.5-MariaDB-log
 */
record ServerVersion(Flavor flavor, int major, int minor, String text) {

    private static final Pattern NUMBERS = Pattern.compile("(?:5\\.5\\.5-)?(\\d{1,4})\\.(\\d{1,4})\\b.*");

    /**
     * @param comment {@code @@version_comment}, in which MariaDB names itself where somebody has changed the version
     */
    static ServerVersion parse(String version, String comment) {
        boolean maria = (version + " " + comment).toLowerCase(Locale.ROOT).contains("mariadb");
        Matcher numbers = NUMBERS.matcher(version);
        boolean known = numbers.matches();
        return new ServerVersion(
                maria ? Flavor.MARIADB : Flavor.MYSQL,
                known ? Integer.parseInt(numbers.group(1)) : 0,
                known ? Integer.parseInt(numbers.group(2)) : 0,
                version);
    }

    boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    /** For messages: {@code MySQL 8.0.33}. */
    @Override
    public String toString() {
        return flavor.product() + " " + text;
    }
}
