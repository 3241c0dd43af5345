package io.rustcdc.spring.mapping;

import java.beans.PropertyDescriptor;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/** A JavaBean: made empty, then each property with a setter is set, except transient ones. */
final class BeanShape implements Shape {

    private final Slot[] slots;
    private final MethodHandle constructor;
    private final MethodHandle[] setters;

    private BeanShape(Slot[] slots, MethodHandle constructor, MethodHandle[] setters) {
        this.slots = slots;
        this.constructor = constructor;
        this.setters = setters;
    }

    static boolean isBean(Class<?> type) {
        return emptyConstructor(type) != null && !properties(type).isEmpty();
    }

    static BeanShape of(ResolvableType type, ValueReaders readers) {
        Class<?> bean = type.toClass();
        List<PropertyDescriptor> properties = properties(bean);
        Slot[] slots = new Slot[properties.size()];
        MethodHandle[] setters = new MethodHandle[slots.length];
        try {
            Constructor<?> empty = emptyConstructor(bean);
            if (empty == null) {
                throw new IllegalArgumentException(bean.getName() + " has no constructor without parameters");
            }
            empty.setAccessible(true);
            for (int i = 0; i < slots.length; i++) {
                Method setter = properties.get(i).getWriteMethod();
                setter.setAccessible(true);
                setters[i] = MethodHandles.lookup()
                        .unreflect(setter)
                        .asType(MethodType.methodType(void.class, Object.class, Object.class));
                slots[i] = new Slot(
                        properties.get(i).getName(),
                        ResolvableType.forMethodParameter(setter, 0, bean),
                        isNullable(bean, properties.get(i)),
                        readers);
            }
            MethodHandle constructor =
                    MethodHandles.lookup().unreflectConstructor(empty).asType(MethodType.methodType(Object.class));
            return new BeanShape(slots, constructor, setters);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("The properties of " + bean.getName() + " cannot be set", e);
        }
    }

    @Override
    public Slot[] slots() {
        return slots;
    }

    @Override
    public Object create(@Nullable Object[] values) throws Throwable {
        Object bean = (Object) constructor.invokeExact();
        for (int i = 0; i < setters.length; i++) {
            setters[i].invokeExact(bean, values[i]);
        }
        return bean;
    }

    private static @Nullable Constructor<?> emptyConstructor(Class<?> type) {
        try {
            return type.getDeclaredConstructor();
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static List<PropertyDescriptor> properties(Class<?> type) {
        List<PropertyDescriptor> properties = new ArrayList<>();
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
            if (property.getWriteMethod() != null && !isTransient(type, property)) {
                properties.add(property);
            }
        }
        return properties;
    }

    /** As the setter's parameter, the getter or the field says. */
    private static boolean isNullable(Class<?> type, PropertyDescriptor property) {
        Parameter parameter = property.getWriteMethod().getParameters()[0];
        Method getter = property.getReadMethod();
        Field field = ReflectionUtils.findField(type, property.getName());
        return Slot.isNullable(parameter, parameter.getAnnotatedType())
                || (getter != null && Slot.isNullable(getter, getter.getAnnotatedReturnType()))
                || (field != null && Slot.isNullable(field, field.getAnnotatedType()));
    }

    /** By the keyword, or by any annotation of that name: those of JPA and Spring Data are not on our class path. */
    private static boolean isTransient(Class<?> type, PropertyDescriptor property) {
        Field field = ReflectionUtils.findField(type, property.getName());
        Method getter = property.getReadMethod();
        return (field != null && (Modifier.isTransient(field.getModifiers()) || isTransient(field.getAnnotations())))
                || (getter != null && isTransient(getter.getAnnotations()));
    }

    private static boolean isTransient(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType().getSimpleName().equals("Transient")) {
                return true;
            }
        }
        return false;
    }
}
