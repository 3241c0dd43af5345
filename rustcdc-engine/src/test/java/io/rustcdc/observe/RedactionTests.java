package io.rustcdc.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTests {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "postgres://cdc:s3cret@db:5432/shop => postgres://cdc:***redacted***@db:5432/shop",
                "redis://:s3cret@db => redis://:***redacted***@db",
                "postgres://cdc:p@ss/w?rd@db/shop => postgres://cdc:***redacted***@db/shop",
                "jdbc:postgresql://db/shop?user=cdc&password=s3cret&ssl=true => jdbc:postgresql://db/shop?user=cdc&password=***redacted***&ssl=true",
                "jdbc:postgresql://db:5432/shop?password=a@b => jdbc:postgresql://db:5432/shop?password=***redacted***",
                "jdbc:sqlserver://db;user=cdc;password=s3cret;encrypt=true => jdbc:sqlserver://db;user=cdc;password=***redacted***;encrypt=true",
                "jdbc:sqlserver://db;password={a;b}}c};encrypt=true => jdbc:sqlserver://db;password=***redacted***;encrypt=true",
                "{user=cdc, password=a,b, ssl=true} => {user=cdc, password=***redacted***, ssl=true}",
                "password=s3cret,user=cdc => password=***redacted***,user=cdc",
                "{\"password\": \"s3 cret\", \"user\": \"cdc\"} => {\"password\": ***redacted***, \"user\": \"cdc\"}",
                "{\"password\":\"a\\\"b\",\"user\":\"cdc\"} => {\"password\":***redacted***,\"user\":\"cdc\"}",
                "{\\\"password\\\":\\\"s3cret\\\",\\\"user\\\":1} => {\\\"password\\\":***redacted***,\\\"user\\\":1}",
                "password: 's3 cret' => password: ***redacted***",
                "spring.datasource.password: s3cret # yaml => spring.datasource.password: ***redacted*** # yaml",
                "PASSWD=s3cret PWD=s3cret => PASSWD=***redacted*** PWD=***redacted***",
                "api-key=a api_key=b apikey=c => api-key=***redacted*** api_key=***redacted*** apikey=***redacted***",
                "client_secret=a access-key: b token = c => client_secret=***redacted*** access-key: ***redacted*** token = ***redacted***",
                "ALTER ROLE cdc WITH PASSWORD 's3''cret' LOGIN => ALTER ROLE cdc WITH PASSWORD '***redacted***' LOGIN",
                "CREATE USER cdc IDENTIFIED BY 's3cret' => CREATE USER cdc IDENTIFIED BY '***redacted***'",
                "Authorization: Basic Y2RjOnMzY3JldA== => Authorization: Basic ***redacted***",
                "using bearer abcdef0123456789 => using bearer ***redacted***",
                "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl back => got ***redacted*** back"
            })
    @DisplayName("SE-01 secrets are redacted, what is around them is kept")
    void redacts(String text, String expected) {
        assertThat(Redaction.redact(text)).isEqualTo(expected);
        assertThat(Redaction.redact(expected)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "token expired",
                "FATAL: password authentication failed for user \"cdc\"",
                "jdbc:postgresql://db:5432/shop?user=cdc",
                "see https://example.org/a:b and mail ops@example.org",
                "primary key (tenant_id, id) of public.tokens",
                "password=&user=cdc",
                "Access denied for user 'cdc'@'db' (using password: YES); (using password: NO)",
                "Source 'shop' streams from 0/16B3748"
            })
    void leavesOtherTextsAlone(String text) {
        assertThat(Redaction.redact(text)).isEqualTo(text);
    }

    @Test
    @DisplayName("SE-01 no random secret survives in any of the forms that carry it")
    void noSecretSurvives() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String bare = "abcXYZ0189!#$%()*+-./:<=>?@[]^_`{|}~\"'\\,";
        for (int i = 0; i < 5_000; i++) {
            String quotable = secret(random, bare + " ;&");
            String raw = secret(random, bare).replaceAll("^[\"'{\\\\]+", "x").replace(",", ",#");
            String url = secret(random, "abcXYZ0189!#$%()*+-./:<=>?@[]^_`{|}~&;,\"'\\");
            String json = quotable.replace("\\", "\\\\").replace("\"", "\\\"");
            assertGone(seed, url, "could not connect to postgres://cdc:" + url + "@db/shop: refused");
            assertGone(seed, raw, "jdbc:postgresql://db/shop?user=cdc&password=" + raw + "&ssl=true");
            assertGone(seed, raw, "jdbc:sqlserver://db:1433;user=cdc;password=" + raw + ";encrypt=true");
            assertGone(seed, raw, "api-key: " + raw + "\nuser: cdc");
            assertGone(seed, json, "{\"user\":\"cdc\",\"client_secret\":\"" + json + "\",\"x\":1}");
            assertGone(
                    seed,
                    quotable.replace("'", "''"),
                    "ALTER ROLE cdc PASSWORD '" + quotable.replace("'", "''") + "' LOGIN");
            assertGone(
                    seed,
                    quotable.replace("}", "}}"),
                    "jdbc:sqlserver://db;password={" + quotable.replace("}", "}}") + "};encrypt=true");
            String token = secret(random, "abcXYZ0189-_");
            assertGone(seed, token, "Authorization: Bearer " + token);
        }
    }

    private static String secret(Random random, String alphabet) {
        return random.ints(8 + random.nextInt(12), 0, alphabet.length())
                .mapToObj(i -> alphabet.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    /** Any four characters of the secret in a row would be a leak of a part of it. */
    private static void assertGone(long seed, String secret, String text) {
        String redacted = Redaction.redact(text);
        assertThat(redacted).as(text).contains(Redaction.REDACTED);
        String kept = redacted.replace(Redaction.REDACTED, "\n");
        String around = text.replace(secret, "\n");
        for (int at = 0; at + 4 <= secret.length(); at++) {
            String part = secret.substring(at, at + 4);
            if (!around.contains(part)) {
                assertThat(kept).as("%s, seed %d", text, seed).doesNotContain(part);
            }
        }
    }

    @Test
    void takesLongTextsInOneGo() {
        String long1 = "password=\"" + "\\\"".repeat(100_000);
        String long2 = "://a:".repeat(2_000) + "x".repeat(100_000);
        String long3 = "password".repeat(20_000) + "'".repeat(50_000);
        for (String text : List.of(long1, long2, long3, "eyJ" + "a.".repeat(50_000))) {
            assertThat(Redaction.redact(text)).isNotNull();
        }
    }
}
