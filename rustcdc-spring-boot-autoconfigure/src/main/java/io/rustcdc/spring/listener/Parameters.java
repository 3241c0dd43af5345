package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchFailedException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import io.rustcdc.spring.Before;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.FillPolicy;
import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.mapping.EventMapper;
import io.rustcdc.spring.mapping.RowMappers;
import io.rustcdc.spring.outbox.OutboxMapper;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Nullness;
import org.springframework.core.ResolvableType;

/** Finds out how each parameter of a listener is filled; what no rule can fill is refused. */
final class Parameters {

    /** What a listener of an outbox takes as every other does. */
    private static final Set<Class<?>> NOT_FROM_PAYLOAD = Set.of(
            ChangeEvent.class, Operation.class, TableId.class, Transaction.class, Acknowledgment.class, Row.class);

    private final RowMappers mappers;
    private final RowValidation validation;
    private final Method method;
    private final Class<?> beanType;
    private final Set<Operation> operations;
    private final FillPolicy fill;
    private final @Nullable OutboxDeclaration outbox;

    /**
     * What a listener has declared.
     *
     * @param fill what its rows are filled with
     * @param outbox null for a listener of rows
     */
    record Declaration(
            Method method,
            Class<?> beanType,
            Set<Operation> operations,
            FillPolicy fill,
            @Nullable OutboxDeclaration outbox) {}

    Parameters(RowMappers mappers, RowValidation validation, Declaration declaration) {
        this.mappers = mappers;
        this.validation = validation;
        this.method = declaration.method();
        this.beanType = declaration.beanType();
        this.operations = declaration.operations();
        this.fill = declaration.fill();
        this.outbox = declaration.outbox();
    }

    /** What is to be filled: a parameter, or the elements of one that is a List. */
    private record Wanted(Parameter parameter, ResolvableType type, boolean nullable) {}

    boolean isManual() {
        return takes(Acknowledgment.class);
    }

    /** Whether the listener takes what has arrived at once. */
    boolean isBatch() {
        return takes(List.class);
    }

    private boolean takes(Class<?> type) {
        return List.of(method.getParameterTypes()).contains(type);
    }

    /** For one change at a time. */
    List<Argument<ChangeEvent<Row>>> single() {
        List<Argument<ChangeEvent<Row>>> arguments = new ArrayList<>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            Parameter parameter = method.getParameters()[i];
            arguments.add(argument(new Wanted(parameter, type(i), isNullable(parameter))));
        }
        if (arguments.isEmpty()) {
            throw new CdcConfigurationException(
                    "Listener %s takes nothing, so it cannot know what changed".formatted(name()),
                    "Give it a parameter, for instance ChangeEvent<Row> change.");
        }
        return arguments;
    }

    /** For all of a batch. */
    List<Argument<List<ChangeEvent<Row>>>> batch() {
        List<Argument<List<ChangeEvent<Row>>>> arguments = new ArrayList<>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            Parameter parameter = method.getParameters()[i];
            if (parameter.getType() == List.class) {
                arguments.add(list(parameter, type(i)));
            } else if (parameter.getType() == Acknowledgment.class) {
                arguments.add((events, acknowledgment) -> acknowledgment);
            } else {
                throw unfillable(
                        parameter,
                        type(i),
                        "beside a List, which makes it a batch, a listener takes an Acknowledgment and nothing else");
            }
        }
        return arguments;
    }

    private ResolvableType type(int index) {
        return ResolvableType.forMethodParameter(method, index, beanType);
    }

    private Argument<List<ChangeEvent<Row>>> list(Parameter parameter, ResolvableType type) {
        ResolvableType element = type.getGeneric(0);
        Class<?> target = element.resolve(Object.class);
        if (outbox == null
                && (parameter.isAnnotationPresent(Before.class)
                        || !(target == ChangeEvent.class || RowMappers.supports(element)))) {
            throw unfillable(parameter, type, "a List is one of ChangeEvent<T> or of T, the rows after the changes");
        }
        if (target == ChangeEvent.class && isUntyped(element.getGeneric(0))) {
            return (events, acknowledgment) -> events;
        }
        Argument<ChangeEvent<Row>> each = argument(new Wanted(parameter, element, isElementNullable(parameter)));
        return (events, acknowledgment) -> each(each, events, acknowledgment);
    }

    private static List<@Nullable Object> each(
            Argument<ChangeEvent<Row>> argument, List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) {
        List<@Nullable Object> values = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            try {
                values.add(argument.of(events.get(i), acknowledgment));
            } catch (RuntimeException e) {
                throw new BatchFailedException(i, e);
            }
        }
        return Collections.unmodifiableList(values);
    }

    private Argument<ChangeEvent<Row>> argument(Wanted wanted) {
        Parameter parameter = wanted.parameter();
        ResolvableType type = wanted.type();
        Class<?> target = type.resolve(Object.class);
        boolean before = parameter.isAnnotationPresent(Before.class);
        if (outbox != null && !NOT_FROM_PAYLOAD.contains(target)) {
            return validated(fromOutbox(wanted, outbox), parameter);
        }
        if (before && !RowMappers.supports(type)) {
            throw unfillable(
                    parameter, type, "@Before marks a row: a record, a JavaBean, a Map<String, Object> or a Row");
        }
        if (target == ChangeEvent.class) {
            return validated(event(parameter, type), parameter);
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
        return validated(before ? before(wanted) : after(wanted), parameter);
    }

    /** The event, or its content alone. */
    private Argument<ChangeEvent<Row>> fromOutbox(Wanted wanted, OutboxDeclaration declared) {
        Parameter parameter = wanted.parameter();
        ResolvableType type = wanted.type();
        if (parameter.isAnnotationPresent(Before.class)) {
            throw unfillable(
                    parameter, type, "an event of an outbox is what was inserted, and nothing was there before");
        }
        try {
            if (type.toClass() == OutboxEvent.class) {
                OutboxMapper mapper = declared.mapper(type.getGeneric(0), isContentNullable(parameter, type));
                return (event, acknowledgment) -> mapper.event(event);
            }
            OutboxMapper mapper = declared.mapper(type, wanted.nullable());
            return (event, acknowledgment) -> mapper.payload(event);
        } catch (IllegalArgumentException e) {
            throw unfillable(parameter, type, String.valueOf(e.getMessage()));
        }
    }

    private Argument<ChangeEvent<Row>> validated(Argument<ChangeEvent<Row>> argument, Parameter parameter) {
        return validation.around(argument, parameter, name());
    }

    private static boolean isUntyped(ResolvableType image) {
        Class<?> target = image.resolve(Object.class);
        return target == Row.class || target == Object.class;
    }

    private Argument<ChangeEvent<Row>> event(Parameter parameter, ResolvableType type) {
        ResolvableType image = type.getGeneric(0);
        if (isUntyped(image)) {
            return (event, acknowledgment) -> event;
        }
        if (image.toClass() == OutboxEvent.class) {
            throw unfillable(parameter, type, "an event of an outbox is taken as an OutboxEvent<T> itself");
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

    private Argument<ChangeEvent<Row>> after(Wanted wanted) {
        EventMapper<?> mapper = mapper(wanted.parameter(), wanted.type());
        Set<Operation> without = EnumSet.copyOf(operations);
        without.removeIf(mapper::hasAfter);
        if (!without.isEmpty() && !wanted.nullable()) {
            throw nullable(
                    wanted,
                    "there is no row after a " + codes(without),
                    "leave %s out of its operations".formatted(without));
        }
        return (event, acknowledgment) -> mapper.after(event);
    }

    private Argument<ChangeEvent<Row>> before(Wanted wanted) {
        EventMapper<?> mapper = mapper(wanted.parameter(), wanted.type());
        if (wanted.nullable()) {
            return (event, acknowledgment) -> mapper.before(event);
        }
        if (!operations.equals(EnumSet.of(Operation.DELETE))) {
            throw nullable(wanted, "only a delete always has a row before it", "set operations = Operation.DELETE");
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
            return new EventMapper<>(mappers.forType(type, fill), fill);
        } catch (IllegalArgumentException e) {
            throw unfillable(parameter, type, String.valueOf(e.getMessage()));
        }
    }

    /** By JSpecify, by Kotlin, or by any annotation of that name, be it on the parameter or on its type. */
    private static boolean isNullable(Parameter parameter) {
        return Nullness.forParameter(parameter) == Nullness.NULLABLE || isNullable(parameter.getAnnotatedType());
    }

    private static boolean isNullable(AnnotatedType type) {
        return Arrays.stream(type.getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    private static boolean isElementNullable(Parameter parameter) {
        return parameter.getAnnotatedType() instanceof AnnotatedParameterizedType list
                && isNullable(list.getAnnotatedActualTypeArguments()[0]);
    }

    /** Of {@code OutboxEvent<T>}, also as the element of a List; nothing is promised by {@code OutboxEvent<?>}. */
    private static boolean isContentNullable(Parameter parameter, ResolvableType event) {
        AnnotatedType type = parameter.getAnnotatedType();
        if (parameter.getType() == List.class) {
            type = argument(type);
        }
        return event.getGeneric(0).resolve() == null || isNullable(argument(type));
    }

    private static AnnotatedType argument(AnnotatedType type) {
        return type instanceof AnnotatedParameterizedType generic ? generic.getAnnotatedActualTypeArguments()[0] : type;
    }

    private CdcConfigurationException unfillable(Parameter parameter, ResolvableType type, String reason) {
        return new CdcConfigurationException(
                "Parameter '%s' of type %s of listener %s cannot be filled: %s"
                        .formatted(parameter.getName(), type, name(), reason),
                "A listener takes, in any order: ChangeEvent<T>, T (the row after the change), @Before T, OutboxEvent<T> (an event of an outbox), Operation, Row, RowWrite, TableId, Transaction, Acknowledgment; or, for batches, List<ChangeEvent<T>> or List<T>, and Acknowledgment; T is a record, a JavaBean or Map<String, Object>.");
    }

    private CdcConfigurationException nullable(Wanted wanted, String reason, String other) {
        ResolvableType type = wanted.type();
        Parameter parameter = wanted.parameter();
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
        return ListenerRules.describe(method, beanType);
    }
}
