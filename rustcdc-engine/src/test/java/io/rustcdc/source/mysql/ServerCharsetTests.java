package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters as the servers convert them to utf8mb4. */
class ServerCharsetTests {

    @ParameterizedTest // MY-25
    @CsvSource({
        "latin1, 80e9, €é",
        "gbk, d6d061, 中a",
        "gbk, a892, ⊕",
        "sjis, 815c, ―",
        "eucjpms, a1c1, ～",
        "ujis, 8fa2b7, ~",
        "euckr, c7d1, 한",
        "big5, a4a4, 中",
        "gb18030, 9439fc36, 😀",
        "utf8mb4, f09f9880, 😀",
        "utf16, d83dde00, 😀",
        "utf16le, 3dd800de, 😀",
        "utf32, 0001f600, 😀",
        "ucs2, 4e2d, 中",
        "swe7, 7b, ä",
        "dec8, e9, é",
        "geostd8, c0, ა",
        "cp1251, 98, ?",
        "tis620, a1, ก"
    })
    void decodesAndEncodes(String name, String hex, String text) {
        ServerCharset charset = named(name);
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(charset.decode(bytes, 0, bytes.length)).isEqualTo(text);
        if (!text.equals("?") && !text.equals("~")) {
            assertThat(charset.encode(text)).isEqualTo(bytes);
        }
    }

    @Test
    void theFiveBytesThatWindowsDoesNotDefineAreControlCharacters() {
        byte[] bytes = HexFormat.of().parseHex("818d8f909d");

        assertThat(named("latin1").decode(bytes, 0, 5)).isEqualTo("\u0081\u008d\u008f\u0090\u009d");
    }

    @Test
    void everyCharsetOfTheServersIsKnown() {
        assertThat(List.of(
                        "armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 eucjpms euckr gb18030 gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman sjis swe7 tis620 ucs2 ujis utf16 utf16le utf32 utf8mb3 utf8mb4"
                                .split(" ")))
                .hasSize(41)
                .allMatch(name -> ServerCharset.named(name) != null);
        assertThat(ServerCharset.named("utf8")).isEqualTo(ServerCharset.named("utf8mb3"));
        assertThat(ServerCharset.named("klingon")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"big5", "cp932", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "sjis", "ujis"})
    void bytesThatEndWithinACharacterAreRead(String name) {
        for (int code = 0; code < 0x10000; code++) {
            byte[] bytes = {(byte) (code >> 8), (byte) code, (byte) 0x8F};

            assertThat(named(name).decode(bytes, 0, 3)).isNotEmpty();
        }
    }

    private static ServerCharset named(String name) {
        return Objects.requireNonNull(ServerCharset.named(name));
    }
}
