package io.rustcdc.source.postgres;

/**
 * Reads a value from the server's text form. Pure; the session has DateStyle ISO, TimeZone UTC, bytea_output hex and
 * client_encoding UTF8.
 */
@FunctionalInterface
interface ValueDecoder {

    /**
     * @param from the index of the first byte
     * @throws RuntimeException of any kind, if the bytes are not such a value
     */
    Object decode(byte[] bytes, int from, int length);
}
