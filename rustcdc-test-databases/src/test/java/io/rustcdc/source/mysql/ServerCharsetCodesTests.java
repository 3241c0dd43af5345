package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** That each code of each charset is the character that the servers see in it, as far as they let it into a column. */
class ServerCharsetCodesTests {

    private static final List<String> SINGLE = List.of(
            "armscii8 ascii cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 dec8 geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman swe7 tis620"
                    .split(" "));
    private static final List<String> DOUBLE =
            List.of("big5", "cp932", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "sjis", "ujis");

    /** Half of a character of half width: MySQL lets it in, and shows two question marks. */
    private static final String HALF = "8ea0";

    static Stream<Arguments> charsets() {
        return Stream.of(Flavor.values())
                .flatMap(flavor ->
                        Stream.concat(SINGLE.stream(), DOUBLE.stream()).map(charset -> Arguments.of(flavor, charset)));
    }

    @ParameterizedTest
    @MethodSource("charsets") // MY-25
    void my25EachCodeIsTheCharacterThatTheServerShows(Flavor flavor, String charset) throws SQLException {
        assumeTrue(flavor == Flavor.MYSQL || !charset.equals("gb18030"), "NOT TESTED: MariaDB has no gb18030");
        ServerCharset ours = Objects.requireNonNull(ServerCharset.named(charset));
        Map<String, String> different = new LinkedHashMap<>();
        int compared = 0;
        try (MySqlDatabase database = MySqlServer.shared(flavor).createDatabase();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = ''");
            statement.execute(
                    "CREATE TEMPORARY TABLE codes (h varchar(8), c varchar(4) CHARACTER SET " + charset + ")");
            List<String> codes = codes(charset);
            for (int i = 0; i < codes.size(); i += 2_000) {
                List<String> some = codes.subList(i, Math.min(codes.size(), i + 2_000));
                statement.execute("INSERT IGNORE INTO codes VALUES "
                        + String.join(
                                ", ",
                                some.stream()
                                        .map("('%1$s', X'%1$s')"::formatted)
                                        .toList()));
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT h, hex(convert(c USING utf8mb4)) FROM codes WHERE lower(hex(c)) = h")) {
                while (row.next()) {
                    byte[] code = HexFormat.of().parseHex(row.getString(1));
                    byte[] shown = HexFormat.of().parseHex(row.getString(2));
                    String found = ours.decode(code, 0, code.length);
                    compared++;
                    if (!found.equals(new String(shown, StandardCharsets.UTF_8))
                            && !row.getString(1).equals(HALF)) {
                        different.put(row.getString(1), found);
                    }
                }
            }
        }

        assertThat(different).isEmpty();
        assertThat(compared).isGreaterThan(SINGLE.contains(charset) ? 100 : 5_000);
    }

    private static List<String> codes(String charset) {
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < 0x100; i++) {
            codes.add("%02x".formatted(i));
        }
        if (DOUBLE.contains(charset)) {
            for (int i = 0x8130; i <= 0xFEFF; i++) {
                codes.add("%04x".formatted(i));
            }
        }
        if (charset.equals("eucjpms") || charset.equals("ujis")) {
            for (int i = 0xA1A1; i <= 0xFEFE; i++) {
                codes.add("8f%04x".formatted(i));
            }
        }
        if (charset.equals("gb18030")) {
            for (int i = 0x80; i < 0xFFFD; i++) {
                if (!Character.isSurrogate((char) i)) {
                    codes.add(HexFormat.of().formatHex(Character.toString(i).getBytes(Charset.forName("GB18030"))));
                }
            }
        }
        return codes;
    }
}
