package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method of a bean. One or two parameters, which is nearly always, need no array.
 *
 * @param <E> what is delivered: a change, or a list of them
 */
final class MethodInvoker<E> {

    private final MethodHandle handle;
    private final Argument<E>[] arguments;
    private final boolean completesLater;
    private final boolean acknowledgesItself;

    private MethodInvoker(MethodHandle handle, Argument<E>[] arguments, Method method) {
        this.handle = handle;
        this.arguments = arguments;
        this.completesLater = returnsStage(method);
        this.acknowledgesItself = List.of(method.getParameterTypes()).contains(Acknowledgment.class);
    }

    /** Whether the method is done when what it returned completes. */
    static boolean returnsStage(Method method) {
        return CompletionStage.class.isAssignableFrom(method.getReturnType());
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
    static <E> MethodInvoker<E> of(Object bean, Method method, List<Argument<E>> arguments) {
        method.setAccessible(true);
        try {
            MethodHandle bound =
                    MethodHandles.lookup().unreflect(method).asFixedArity().bindTo(bean);
            int count = arguments.size();
            MethodHandle handle = count == 1 || count == 2
                    ? bound.asType(MethodType.genericMethodType(count))
                    : bound.asSpreader(Object[].class, count)
                            .asType(MethodType.methodType(Object.class, Object[].class));
            return new MethodInvoker<E>(handle, arguments.toArray(new Argument[0]), method);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Not accessible: " + method, e);
        }
    }

    void invoke(E delivered, Acknowledgment acknowledgment) throws Exception {
        Object result;
        try {
            result = call(delivered, acknowledgment);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UndeclaredThrowableException(e);
        }
        if (completesLater) {
            follow(result, acknowledgment);
        }
    }

    private @Nullable Object call(E delivered, Acknowledgment acknowledgment) throws Throwable {
        switch (arguments.length) {
            case 1 -> {
                return (@Nullable Object) handle.invokeExact(arguments[0].of(delivered, acknowledgment));
            }
            case 2 -> {
                return (@Nullable Object) handle.invokeExact(
                        arguments[0].of(delivered, acknowledgment), arguments[1].of(delivered, acknowledgment));
            }
            default -> {
                @Nullable Object[] values = new @Nullable Object[arguments.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = arguments[i].of(delivered, acknowledgment);
                }
                return (@Nullable Object) handle.invokeExact(values);
            }
        }
    }

    /** Its completion is the acknowledgment, unless the method was given one to use; its failure is a failure in any case. */
    private void follow(@Nullable Object result, Acknowledgment acknowledgment) {
        if (result == null) {
            throw new IllegalStateException("The listener returned null instead of a CompletionStage");
        }
        ((CompletionStage<?>) result).whenComplete((value, failure) -> {
            if (failure != null) {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                acknowledgment.fail(cause == null ? failure : cause);
            } else if (!acknowledgesItself) {
                acknowledgment.acknowledge();
            }
        });
    }
}
