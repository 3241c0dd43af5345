package io.rustcdc.spring.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Passwords of all characters that somebody has to quote somewhere, and the search for them. */
final class RandomSecrets {

    private static final List<String> CHARACTERS =
            "a B 7 z Q 0 ' \" ` $ @ : % / ? & = ; # ! \\ { } ( ) [ ] < > | , . + * ~ ^ - _ ü ß é 漢 字 й"
                    .chars()
                    .filter(character -> character != ' ')
                    .mapToObj(Character::toString)
                    .collect(Collectors.toCollection(ArrayList::new));

    static {
        CHARACTERS.add(" ");
    }

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<String> given = new ArrayList<>();

    /** Another secret; without the beginning of a placeholder, which settings would resolve. */
    String next() {
        String secret;
        do {
            secret = "s"
                    + random.ints(14 + random.nextInt(10), 0, CHARACTERS.size())
                            .mapToObj(CHARACTERS::get)
                            .collect(Collectors.joining())
                    + "t";
        } while (secret.contains("${") || secret.contains("#{"));
        given.add(secret);
        return secret;
    }

    /** None of the secrets given so far is in the text, as it is or in the form that a URL, JSON, SQL or a header gives it. */
    void assertNoneIn(String where, String text) {
        for (String secret : given) {
            String escaped = secret.replace("\\", "\\\\").replace("\"", "\\\"");
            assertThat(List.of(
                            secret,
                            escaped,
                            secret.replace("'", "''"),
                            escaped.replace("'", "''"),
                            URLEncoder.encode(secret, StandardCharsets.UTF_8),
                            Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))))
                    .as("of %s, seed %d", where, seed)
                    .noneMatch(text::contains);
        }
    }

    /** The messages of the whole chain, causes and suppressed ones. */
    void assertNoneIn(String where, Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        assertNoneIn(where, text.toString());
    }
}
