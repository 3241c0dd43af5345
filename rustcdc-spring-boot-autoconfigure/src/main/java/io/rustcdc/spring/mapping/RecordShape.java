package io.rustcdc.spring.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/** A record: its canonical constructor takes everything at once. */
final class RecordShape implements Shape {

    private final Slot[] slots;
    private final MethodHandle constructor;

    private RecordShape(Slot[] slots, MethodHandle constructor) {
        this.slots = slots;
        this.constructor = constructor;
    }

    static RecordShape of(ResolvableType type, ValueReaders readers) {
        Class<?> record = type.toClass();
        RecordComponent[] components = record.getRecordComponents();
        Slot[] slots = new Slot[components.length];
        Class<?>[] parameters = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            ResolvableType component = ResolvableType.forMethodReturnType(components[i].getAccessor(), type.toClass());
            slots[i] = new Slot(
                    components[i].getName(),
                    component,
                    Slot.isNullable(components[i], components[i].getAnnotatedType()),
                    readers);
            parameters[i] = components[i].getType();
        }
        return new RecordShape(slots, canonicalConstructor(record, parameters));
    }

    private static MethodHandle canonicalConstructor(Class<?> record, Class<?>[] parameters) {
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectConstructor(constructor)
                    .asFixedArity()
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalArgumentException("The constructor of record " + record.getName() + " cannot be used", e);
        }
    }

    @Override
    public Slot[] slots() {
        return slots;
    }

    @Override
    public Object create(@Nullable Object[] values) throws Throwable {
        return (Object) constructor.invokeExact(values);
    }
}
