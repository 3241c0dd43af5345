package io.rustcdc.spring.mapping;

import io.rustcdc.event.Row;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/** One component of a record or one property of a bean. */
final class Slot {

    private final String name;
    private final ResolvableType type;
    private final boolean primitive;
    private final ValueReader reader;

    Slot(String name, ResolvableType type, ValueReaders readers) {
        this.name = name;
        this.type = type;
        this.primitive = type.toClass().isPrimitive();
        this.reader = readers.forType(type);
    }

    String name() {
        return name;
    }

    String typeName() {
        return type.toString();
    }

    @Nullable
    Object read(Row row, int index) {
        Object value = reader.read(row, index);
        if (value == null && primitive) {
            throw new MismatchException("the column is NULL, which a primitive cannot hold");
        }
        return value;
    }
}
