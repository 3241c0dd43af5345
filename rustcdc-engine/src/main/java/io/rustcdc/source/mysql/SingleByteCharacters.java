package io.rustcdc.source.mysql;

/**
 * A charset of one byte.
 *
 * @param table the characters of all 256 bytes
 */
record SingleByteCharacters(String table) implements ServerCharset.Characters {

    @Override
    public String decode(byte[] bytes, int start, int end) {
        char[] characters = new char[end - start];
        for (int i = start; i < end; i++) {
            characters[i - start] = table.charAt(bytes[i] & 0xFF);
        }
        return new String(characters);
    }

    @Override
    public byte[] encode(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            int code = table.indexOf(text.charAt(i));
            bytes[i] = (byte) (code < 0 ? '?' : code);
        }
        return bytes;
    }
}
