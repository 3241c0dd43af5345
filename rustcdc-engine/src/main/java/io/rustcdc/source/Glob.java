package io.rustcdc.source;

import java.util.Locale;

/**
 * A pattern for one name: {@code *} stands for anything, {@code ?} for one character. Case does not matter. Matching takes time
 * linear in the name for each star.
 *
 * @param pattern as it was written
 */
public record Glob(String pattern) {

    /** @throws IllegalArgumentException if the pattern is blank, which could match nothing */
    public Glob {
        pattern = pattern.strip();
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("A name or a pattern must not be blank");
        }
    }

    public boolean matches(String name) {
        return matches(pattern.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }

    /** Both in one case. The greedy two-pointer match: on a mismatch only the last star has to be tried again. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
