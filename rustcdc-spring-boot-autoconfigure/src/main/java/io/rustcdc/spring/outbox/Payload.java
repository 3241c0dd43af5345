package io.rustcdc.spring.outbox;

import io.rustcdc.event.Row;
import io.rustcdc.spring.mapping.JsonPlace;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the column that holds the content of an event: as JSON, unless the type is a text or bytes, or says nothing. Thread-safe.
 */
final class Payload {

    private final String typeName;
    private final Reading reading;

    /** What is done to a value that is not NULL. */
    @FunctionalInterface
    private interface Reading {

        /** @throws Misfit if the value is no such thing */
        @Nullable
        Object read(Row row, int index);
    }

    /** Says what is wrong, without the value. */
    static final class Misfit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private Misfit(String message) {
            super(message, null, false, false);
        }
    }

    private Payload(String typeName, Reading reading) {
        this.typeName = typeName;
        this.reading = reading;
    }

    static Payload of(ResolvableType type, JsonMapper json) {
        Class<?> target = type.resolve(Object.class);
        if (target == Object.class) {
            return new Payload("value", Payload::value);
        }
        if (target == String.class) {
            return new Payload("text", Payload::text);
        }
        if (target == byte[].class) {
            return new Payload("bytes", Payload::bytes);
        }
        ObjectReader reader = json.readerFor(json.constructType(type.getType()));
        return new Payload(target.getSimpleName(), (row, index) -> parsed(row, index, reader));
    }

    String typeName() {
        return typeName;
    }

    /**
     * @return null for SQL NULL and for JSON that is null
     * @throws Misfit if the value is no such thing
     */
    @Nullable
    Object read(Row row, int index) {
        return row.isNull(index) ? null : reading.read(row, index);
    }

    private static Object value(Row row, int index) {
        Object value = row.value(index);
        if (value == null) {
            throw new Misfit("it is NULL");
        }
        return value;
    }

    private static String text(Row row, int index) {
        if (value(row, index) instanceof byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new Misfit("its bytes are no text in UTF-8");
            }
        }
        String text = row.text(index);
        return text == null ? "" : text;
    }

    private static Object bytes(Row row, int index) {
        return value(row, index) instanceof byte[] bytes
                ? bytes
                : text(row, index).getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable Object parsed(Row row, int index, ObjectReader reader) {
        try {
            return value(row, index) instanceof byte[] bytes
                    ? reader.readValue(bytes)
                    : reader.readValue(text(row, index));
        } catch (JacksonException e) {
            // Its message quotes the content, which must not reach a log.
            throw new Misfit("its JSON does not fit" + JsonPlace.of(e));
        }
    }
}
