package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents as MySQL 8.0.33 logs them, and their texts as it shows them. */
class JsonTextTests {

    private static final Map<String, String> DOCUMENTS = new LinkedHashMap<>();

    static {
        DOCUMENTS.put(
                "00020045001200010013000200021500003500616262060020000501000b16000c1e0004000004010004020000000000000004"
                        + "400178010010000b000100000c006300000400",
                "{\"a\": [1, 2.5, \"x\", null, true, false], \"bb\": {\"c\": {}}}");
        DOCUMENTS.put(
                "02060032000a1600091e00072600072a0005ff7f072e00ffffffffffffffff000000000000008000000100ff7fffffffff0000",
                "[18446744073709551615, -9223372036854775808, 65536, -32769, 32767, 65535]");
        DOCUMENTS.put(
                "0203002b000f0d000f17000f21000a08000000000044b2190b08e05ef8335dffffff0c0870580a053144b219",
                "[\"2024-01-02\", \"-10:11:12.500000\", \"2024-01-02 03:04:05.678000\"]");
        DOCUMENTS.put("0202001a000f0a000f1300f6070b028000000132f60504037ffffe", "[1.50, -0.001]");
        DOCUMENTS.put(
                "02030021000f0d000b11000b19000f02cafe000000000000f03fbc89d897b2d29c3c",
                "[\"base64:type15:yv4=\", 1.0, 1e-16]");
        DOCUMENTS.put("0c0f002022205c200a20c3a920f09f9880", "\"\\u0000 \\\" \\\\ \\n é 😀\"");
    }

    static Stream<String> documents() {
        return DOCUMENTS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("documents") // MY-24, MY-25
    void my24IsTheTextOfTheWholeDocument(String hex) {
        assertThat(text(HexFormat.of().parseHex(hex))).isEqualTo(DOCUMENTS.get(hex));
    }

    @Test
    void noBytesAreWhatOldRowsHaveInANewColumn() {
        assertThat(text(new byte[0])).isEqualTo("null");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void damagedBytesAreRefusedOrAnotherDocument(String hex) {
        byte[] sound = HexFormat.of().parseHex(hex);
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = i < sound.length ? Arrays.copyOf(sound, i) : sound.clone();
            if (i >= sound.length) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(text(bytes).length()).isLessThan(1_000);
            } catch (RuntimeException e) {
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    void partsThatHoldEachOtherDoNotFillTheMemory() {
        // 250 elements, each of which is the array itself
        byte[] bytes = new byte[1 + 4 + 250 * 3];
        bytes[0] = 2;
        bytes[1] = (byte) 250;
        bytes[3] = (byte) (bytes.length - 1);
        bytes[4] = (byte) (bytes.length - 1 >> 8);
        for (int i = 0; i < 250; i++) {
            bytes[5 + 3 * i] = 2;
        }

        assertThatThrownBy(() -> text(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(byte[] bytes) {
        return JsonText.of(bytes, 0, bytes.length);
    }
}
