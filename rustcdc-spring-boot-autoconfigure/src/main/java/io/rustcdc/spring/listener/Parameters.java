package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.spring.Before;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.mapping.EventMapper;
import io.rustcdc.spring.mapping.RowMappers;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.core.Nullness;
import org.springframework.core.ResolvableType;

/** Finds out how each parameter of a listener is filled; what no rule can fill is refused. */
final class Parameters {

    private final RowMappers mappers;
    private final Method method;
    private final Class<?> beanType;
    private final Set<Operation> operations;

    Parameters(RowMappers mappers, Method method, Class<?> beanType, Set<Operation> operations) {
        this.mappers = mappers;
        this.method = method;
        this.beanType = beanType;
        this.operations = operations;
    }

    List<Argument> arguments() {
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            ResolvableType type = ResolvableType.forMethodParameter(method, i, beanType);
            arguments.add(argument(method.getParameters()[i], type));
        }
        if (arguments.isEmpty()) {
            throw new CdcConfigurationException(
                    "Listener %s takes nothing, so it cannot know what changed".formatted(name()),
                    "Give it a parameter, for instance ChangeEvent<Row> change.");
        }
        return arguments;
    }

    boolean isManual() {
        return List.of(method.getParameterTypes()).contains(Acknowledgment.class);
    }

    private Argument argument(Parameter parameter, ResolvableType type) {
        Class<?> target = type.resolve(Object.class);
        boolean before = parameter.isAnnotationPresent(Before.class);
        if (before && !RowMappers.supports(type)) {
            throw unfillable(
                    parameter, type, "@Before marks a row: a record, a JavaBean, a Map<String, Object> or a Row");
        }
        if (target == ChangeEvent.class) {
            return event(parameter, type);
        }
        if (target == Operation.class) {
            return (event, acknowledgment) -> event.operation();
        }
        if (target == TableId.class) {
            return (event, acknowledgment) -> event.table();
        }
        if (target == RowWrite.class) {
            return (event, acknowledgment) -> event.rowWrite();
        }
        if (target == Transaction.class) {
            return (event, acknowledgment) -> event.transaction();
        }
        if (target == Acknowledgment.class) {
            return (event, acknowledgment) -> acknowledgment;
        }
        if (!RowMappers.supports(type)) {
            throw unfillable(
                    parameter, type, "it is neither a known type nor a record, a JavaBean or a Map<String, Object>");
        }
        return before ? before(parameter, type) : after(parameter, type);
    }

    private Argument event(Parameter parameter, ResolvableType type) {
        ResolvableType image = type.getGeneric(0);
        Class<?> target = image.resolve(Object.class);
        if (target == Row.class || target == Object.class) {
            return (event, acknowledgment) -> event;
        }
        if (!RowMappers.supports(image)) {
            throw unfillable(
                    parameter,
                    type,
                    "rows cannot become %s, which is neither a record, a JavaBean nor a Map<String, Object>"
                            .formatted(image));
        }
        EventMapper<?> mapper = mapper(parameter, image);
        return (event, acknowledgment) -> mapper.event(event);
    }

    private Argument after(Parameter parameter, ResolvableType type) {
        EventMapper<?> mapper = mapper(parameter, type);
        Set<Operation> without = EnumSet.copyOf(operations);
        without.removeIf(mapper::hasAfter);
        if (!without.isEmpty() && !isNullable(parameter)) {
            throw nullable(
                    parameter,
                    type,
                    "there is no row after a " + codes(without),
                    "leave %s out of its operations".formatted(without));
        }
        return (event, acknowledgment) -> mapper.after(event);
    }

    private Argument before(Parameter parameter, ResolvableType type) {
        EventMapper<?> mapper = mapper(parameter, type);
        if (isNullable(parameter)) {
            return (event, acknowledgment) -> mapper.before(event);
        }
        if (!operations.equals(EnumSet.of(Operation.DELETE))) {
            throw nullable(
                    parameter, type, "only a delete always has a row before it", "set operations = Operation.DELETE");
        }
        return (event, acknowledgment) -> {
            Object row = mapper.before(event);
            if (row == null) {
                throw new CdcConfigurationException(
                        "Listener %s asks for the deleted row of %s, but the database sent the key only"
                                .formatted(name(), event.table()),
                        "On PostgreSQL: ALTER TABLE %s REPLICA IDENTITY FULL; on MySQL and MariaDB: SET GLOBAL binlog_row_image = FULL; or make the parameter @Nullable and take the key from a ChangeEvent."
                                .formatted(event.table()));
            }
            return row;
        };
    }

    private EventMapper<?> mapper(Parameter parameter, ResolvableType type) {
        try {
            return new EventMapper<>(mappers.forType(type));
        } catch (IllegalArgumentException e) {
            throw unfillable(parameter, type, String.valueOf(e.getMessage()));
        }
    }

    /** By JSpecify, by Kotlin, or by any annotation of that name, be it on the parameter or on its type. */
    private static boolean isNullable(Parameter parameter) {
        return Nullness.forParameter(parameter) == Nullness.NULLABLE
                || Arrays.stream(parameter.getAnnotatedType().getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    private CdcConfigurationException unfillable(Parameter parameter, ResolvableType type, String reason) {
        return new CdcConfigurationException(
                "Parameter '%s' of type %s of listener %s cannot be filled: %s"
                        .formatted(parameter.getName(), type, name(), reason),
                "A listener takes, in any order: ChangeEvent<T>, T (the row after the change), @Before T, Operation, Row, RowWrite, TableId, Transaction, Acknowledgment; T is a record, a JavaBean or Map<String, Object>.");
    }

    private CdcConfigurationException nullable(Parameter parameter, ResolvableType type, String reason, String other) {
        return new CdcConfigurationException(
                "Parameter '%s' of type %s of listener %s must be @Nullable: %s"
                        .formatted(parameter.getName(), type, name(), reason),
                "Write @Nullable %s (org.jspecify.annotations.Nullable, or any other of that name), take a ChangeEvent<%s>, or %s."
                        .formatted(simpleName(type), simpleName(type), other));
    }

    private static String simpleName(ResolvableType type) {
        return type.toClass() == Map.class
                ? "Map<String, Object>"
                : type.toClass().getSimpleName();
    }

    private static String codes(Set<Operation> operations) {
        return String.join(
                " or ",
                operations.stream()
                        .map(Operation::name)
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList());
    }

    private String name() {
        return ListenerScanner.describe(method, beanType);
    }
}
