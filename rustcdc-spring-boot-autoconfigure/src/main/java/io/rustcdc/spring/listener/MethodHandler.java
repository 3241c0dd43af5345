package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls a method of a bean. One or two parameters, which is nearly always, need no array. */
final class MethodHandler implements ChangeHandler {

    private final MethodHandle handle;
    private final Argument[] arguments;

    private MethodHandler(MethodHandle handle, Argument[] arguments) {
        this.handle = handle;
        this.arguments = arguments;
    }

    static MethodHandler of(Object bean, Method method, List<Argument> arguments) {
        method.setAccessible(true);
        try {
            MethodHandle bound =
                    MethodHandles.lookup().unreflect(method).asFixedArity().bindTo(bean);
            int count = arguments.size();
            MethodHandle handle = count == 1 || count == 2
                    ? bound.asType(MethodType.genericMethodType(count).changeReturnType(void.class))
                    : bound.asSpreader(Object[].class, count).asType(MethodType.methodType(void.class, Object[].class));
            return new MethodHandler(handle, arguments.toArray(Argument[]::new));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Not accessible: " + method, e);
        }
    }

    @Override
    public void handle(ChangeEvent<Row> event, Acknowledgment acknowledgment) throws Exception {
        try {
            call(event, acknowledgment);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UndeclaredThrowableException(e);
        }
    }

    private void call(ChangeEvent<Row> event, Acknowledgment acknowledgment) throws Throwable {
        switch (arguments.length) {
            case 1 -> handle.invokeExact(arguments[0].of(event, acknowledgment));
            case 2 ->
                handle.invokeExact(arguments[0].of(event, acknowledgment), arguments[1].of(event, acknowledgment));
            default -> {
                @Nullable Object[] values = new @Nullable Object[arguments.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = arguments[i].of(event, acknowledgment);
                }
                handle.invokeExact(values);
            }
        }
    }
}
