package io.rustcdc.spring.mapping;

import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** The text of a JSON object or array to an object. */
final class JsonConversion implements Conversion {

    private final ObjectReader reader;
    private final String typeName;

    JsonConversion(JsonMapper mapper, ResolvableType type) {
        this.reader = mapper.readerFor(mapper.constructType(type.getType()));
        this.typeName = type.toString();
    }

    /** Whether a type is made of parts, so that JSON can be meant by it. */
    static boolean supports(Class<?> target) {
        return !BeanUtils.isSimpleValueType(target);
    }

    /** Whether a value is the text of something with parts. */
    static boolean isJson(Object value) {
        if (!(value instanceof String text)) {
            return false;
        }
        String content = text.stripLeading();
        return content.startsWith("{") || content.startsWith("[");
    }

    @Override
    public Object apply(Object value) {
        try {
            Object read = reader.readValue((String) value);
            if (read != null) {
                return read;
            }
        } catch (JacksonException e) {
            // Its message quotes the text, which must not reach a log.
            throw new MismatchException("its JSON does not fit %s%s".formatted(typeName, JsonPlace.of(e)));
        }
        throw new MismatchException("its JSON is null");
    }
}
