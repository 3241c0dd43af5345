package io.rustcdc.spring.mapping;

import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcValue;
import io.rustcdc.spring.FillPolicy;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/** One component of a record or one property of a bean. */
final class Slot {

    private final String name;
    private final ResolvableType type;
    private final boolean primitive;
    private final boolean nullable;
    private final ValueReader reader;

    /** @param nullable whether the type says that there may be no value */
    Slot(String name, ResolvableType type, boolean nullable, ValueReaders readers) {
        this.name = name;
        this.type = type;
        this.primitive = type.toClass().isPrimitive();
        this.nullable = nullable && !primitive;
        this.reader = readers.forType(type);
    }

    String name() {
        return name;
    }

    String typeName() {
        return type.toString();
    }

    /** Whether the table may be without a column for this. */
    boolean needsNoColumn() {
        return nullable || takesAbsent();
    }

    /** Whether its type has an empty value. */
    private boolean takesAbsent() {
        return type.toClass() == Optional.class || tellsAbsent();
    }

    /** Whether its type tells a column that the source did not send from NULL. */
    boolean tellsAbsent() {
        return type.toClass() == CdcValue.class;
    }

    /** Whether {@link #empty()} may stand for a column that the source did not send. */
    boolean mayBeAbsent(FillPolicy fill) {
        return takesAbsent() || (nullable && fill == FillPolicy.LEAVE_ABSENT);
    }

    /** What stands for a column that the table does not have, or the source did not send. */
    @Nullable
    Object empty() {
        if (tellsAbsent()) {
            return CdcValue.absent();
        }
        return type.toClass() == Optional.class ? Optional.empty() : null;
    }

    @Nullable
    Object read(Row row, int index) {
        Object value = reader.read(row, index);
        if (value == null && primitive) {
            throw new MismatchException("the column is NULL, which a primitive cannot hold");
        }
        return value;
    }

    /** By JSpecify, or by any annotation of that name, be it on the member or on its type. */
    static boolean isNullable(AnnotatedElement member, AnnotatedType type) {
        return Stream.of(member.getAnnotations(), type.getAnnotations())
                .flatMap(Stream::of)
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }
}
