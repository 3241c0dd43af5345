package io.rustcdc.source.mysql;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A charset of one to four bytes. The tables are Java's, but for the codes in which the servers see another character, or none,
 * for which they show a question mark. Which bytes belong together is as the servers see it. Characters of codes are looked up once.
 */
final class MultiByteCharset implements ServerCharset.Characters {

    private static final char UNKNOWN = '?';

    /** Where characters of users begin. */
    private static final char PRIVATE_USE = '\uE000';

    private static final char PRIVATE_USE_END = '\uF8FF';

    private static final String EUC_JP = "A1BD 2015 ";

    /** What the servers convert in another way than Java: the code and its character, each in hexadecimal digits. */
    private static final Map<String, String> DIFFERENCES = Map.of(
            "big5",
            "A15A FFFD A1C3 FFFD A1C5 FFFD A1FE FFFD A240 FFFD A2CC FFFD A2CE FFFD "
                    + "F9D6 7881 F9D7 92B9 F9D8 88CF F9D9 58BB F9DA 6052 F9DB 7CA7 F9DC 5AFA",
            "eucjpms",
            EUC_JP + "A1C1 FF5E A1C2 2225 A1DD FF0D A1F1 FFE0 A1F2 FFE1 A2CC FFE2 8FA2C3 FFE4",
            "gb18030",
            "A6D9 E78D A6DA E78E A6DB E78F A6DC E790 A6DD E791 A6DE E792 A6DF E793 A6EC E794 A6ED E795 A6F3 E796 "
                    + "FE59 E81E FE61 E826 FE66 E82B FE67 E82C FE6D E832 FE7E E843 FE90 E854 FEA0 E864",
            "gbk",
            "A2E3 003F A892 2295",
            "sjis",
            "815C 2015 815F 005C",
            "ujis",
            EUC_JP + "A1C0 005C 8FA2B7 007E");

    /** Which bytes begin a code, and what follows them. */
    private enum Form {
        /** Two bytes from the first lead byte to the last. */
        DOUBLE,
        /** Two ranges of lead bytes, between which there are characters of one byte. */
        SHIFT_JIS,
        /** Three bytes behind 8F. */
        EUC_JP,
        /** Four bytes where the second one is a digit. */
        GB18030
    }

    private final Charset java;
    private final Form form;
    private final int firstLead;
    private final int lastLead;
    private final Map<Integer, Character> differences = new TreeMap<>();
    private final Map<Character, Integer> back = new HashMap<>();
    private final boolean privateUse;

    /** By codes of one and two bytes, and behind them those of three bytes by their last two; 0 where not looked up yet. */
    private final char[] characters;

    private MultiByteCharset(String name, Charset java, Form form, int firstLead, int lastLead) {
        this.java = java;
        this.form = form;
        this.firstLead = firstLead;
        this.lastLead = lastLead;
        this.privateUse = form == Form.EUC_JP || form == Form.GB18030 || form == Form.SHIFT_JIS;
        this.characters = new char[form == Form.EUC_JP ? 0x20000 : 0x10000];
        List<String> pairs = List.of(DIFFERENCES.getOrDefault(name, "").split(" "));
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            int code = Integer.parseInt(pairs.get(i), 16);
            char character = (char) Integer.parseInt(pairs.get(i + 1), 16);
            differences.put(code, character);
            back.putIfAbsent(character, code);
        }
    }

    static @Nullable MultiByteCharset named(String name) {
        return switch (name) {
            case "big5" -> of(name, "Big5", Form.DOUBLE, 0xA1, 0xF9);
            case "cp932" -> of(name, "windows-31j", Form.SHIFT_JIS, 0x81, 0xFC);
            case "eucjpms" -> of(name, "x-eucJP-Open", Form.EUC_JP, 0x8E, 0xFE);
            case "ujis" -> of(name, "EUC-JP", Form.EUC_JP, 0x8E, 0xFE);
            case "euckr" -> of(name, "x-windows-949", Form.DOUBLE, 0x81, 0xFE);
            case "gb18030" -> of(name, "GB18030", Form.GB18030, 0x81, 0xFE);
            case "gb2312" -> of(name, "GB2312", Form.DOUBLE, 0xA1, 0xF7);
            case "gbk" -> of(name, "GBK", Form.DOUBLE, 0x81, 0xFE);
            case "sjis" -> of(name, "Shift_JIS", Form.SHIFT_JIS, 0x81, 0xFC);
            default -> null;
        };
    }

    private static @Nullable MultiByteCharset of(String name, String java, Form form, int firstLead, int lastLead) {
        return Charset.isSupported(java)
                ? new MultiByteCharset(name, Charset.forName(java), form, firstLead, lastLead)
                : null;
    }

    int maxLength() {
        return form == Form.GB18030 ? 4 : form == Form.EUC_JP ? 3 : 2;
    }

    @Override
    public String decode(byte[] bytes, int start, int end) {
        StringBuilder text = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            int length = Math.min(length(bytes, at, end), end - at);
            if (length > 2 && form == Form.GB18030) {
                text.append(fourBytes(bytes, at, length));
            } else {
                text.append(character(bytes, at, length));
            }
            at += length;
        }
        return text.toString();
    }

    /** Where Java and the servers differ in a code of two bytes, they have exchanged its character with that of a code of four. */
    private String fourBytes(byte[] bytes, int at, int length) {
        String text = new String(bytes, at, length, java).replace('\uFFFD', UNKNOWN);
        Integer code = text.length() == 1 ? back.get(text.charAt(0)) : null;
        return code == null ? text : new String(new byte[] {(byte) (code >> 8), (byte) (int) code}, java);
    }

    private int length(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        if (lead < firstLead || lead > lastLead) {
            return 1;
        }
        return switch (form) {
            case DOUBLE -> 2;
            case SHIFT_JIS -> lead < 0xA0 || lead >= 0xE0 ? 2 : 1;
            case EUC_JP -> lead == 0x8F ? 3 : lead == 0x8E || lead > 0xA0 ? 2 : 1;
            case GB18030 -> at + 1 < end && bytes[at + 1] >= '0' && bytes[at + 1] <= '9' ? 4 : 2;
        };
    }

    private char character(byte[] bytes, int at, int length) {
        int index = bytes[at] & 0xFF;
        if (length == 1 && index < 0x80) {
            return (char) index;
        }
        if (length > 1) {
            index = (int) Numbers.bigEndian(bytes, at + length - 2, 2);
        }
        if (length == 3) {
            index += 0x10000;
        }
        char character = characters[index];
        if (character == 0) {
            character = lookedUp(bytes, at, length);
            characters[index] = character;
        }
        return character;
    }

    private char lookedUp(byte[] bytes, int at, int length) {
        int code = (int) Numbers.bigEndian(bytes, at, length);
        Character difference = differences.get(code);
        if (difference != null) {
            return difference;
        }
        int row = bytes[at + length - (length > 1 ? 2 : 1)] & 0xFF;
        if (form == Form.EUC_JP && length > 1 && row >= 0xF5) {
            return (char) (PRIVATE_USE + (length - 2) * 940 + (row - 0xF5) * 94 + (code & 0xFF) - 0xA1);
        }
        String text = new String(Arrays.copyOfRange(bytes, at, at + length), java);
        boolean known = text.length() == 1 && text.charAt(0) != '\uFFFD';
        boolean ofUsers = known && text.charAt(0) >= PRIVATE_USE && text.charAt(0) <= PRIVATE_USE_END;
        return known && (privateUse || !ofUsers) ? text.charAt(0) : UNKNOWN;
    }

    @Override
    public byte[] encode(String text) {
        byte[] bytes = new byte[maxLength() * text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            Integer code = character < 0x80 ? null : back.get((char) character);
            byte[] encoded = code == null
                    ? Character.toString(character).getBytes(java)
                    : code > 0xFFFF
                            ? new byte[] {(byte) (code >> 16), (byte) (code >> 8), (byte) (int) code}
                            : new byte[] {(byte) (code >> 8), (byte) (int) code};
            System.arraycopy(encoded, 0, bytes, length, encoded.length);
            length += encoded.length;
            i += Character.charCount(character);
        }
        return Arrays.copyOf(bytes, length);
    }
}
