package io.rustcdc.source.mysql;

import java.nio.charset.Charset;

/** A charset that Java and the servers see alike. */
record JavaCharacters(Charset charset) implements ServerCharset.Characters {

    @Override
    public String decode(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, charset);
    }

    @Override
    public byte[] encode(String text) {
        return text.getBytes(charset);
    }
}
