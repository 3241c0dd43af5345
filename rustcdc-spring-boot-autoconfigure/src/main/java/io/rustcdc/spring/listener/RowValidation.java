package io.rustcdc.spring.listener;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.OutboxEvent;
import java.lang.annotation.Annotation;
import java.lang.reflect.Parameter;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/** Checks rows whose parameter is annotated with {@code @Valid} or {@code @Validated}, by the application's validator. */
final class RowValidation {

    private final Supplier<@Nullable Validator> validators;

    /** @param validators gives the one of the application, if it has one */
    RowValidation(Supplier<@Nullable Validator> validators) {
        this.validators = validators;
    }

    /**
     * The same argument, checked if its parameter says so.
     *
     * @param listener for messages
     */
    Argument<ChangeEvent<Row>> around(Argument<ChangeEvent<Row>> argument, Parameter parameter, String listener) {
        Object[] groups = groups(parameter);
        if (groups == null) {
            return argument;
        }
        Validator validator = validators.get();
        if (validator == null) {
            throw new CdcConfigurationException(
                    "Parameter '%s' of listener %s is to be validated, but there is no validator"
                            .formatted(parameter.getName(), listener),
                    "Add the dependency org.springframework.boot:spring-boot-starter-validation, or remove the annotation.");
        }
        return (event, acknowledgment) -> {
            Object value = argument.of(event, acknowledgment);
            Object row = content(value);
            if (row != null && validator.supports(row.getClass())) {
                validate(validator, row, groups, event);
            }
            return value;
        };
    }

    private static @Nullable Object content(@Nullable Object value) {
        if (value instanceof ChangeEvent<?> change) {
            return change.after();
        }
        return value instanceof OutboxEvent<?> event ? event.payload() : value;
    }

    private static Object @Nullable [] groups(Parameter parameter) {
        for (Annotation annotation : parameter.getAnnotations()) {
            Object[] groups = ValidationAnnotationUtils.determineValidationHints(annotation);
            if (groups != null) {
                return groups;
            }
        }
        return null;
    }

    private static void validate(Validator validator, Object row, Object[] groups, ChangeEvent<Row> event) {
        Errors errors = new BeanPropertyBindingResult(row, "row");
        if (validator instanceof SmartValidator smart && groups.length > 0) {
            smart.validate(row, errors, groups);
        } else {
            validator.validate(row, errors);
        }
        if (errors.hasErrors()) {
            throw new InvalidRowException(
                    event.table(),
                    row.getClass(),
                    errors.getAllErrors().stream().map(RowValidation::describe).collect(Collectors.joining(", ")));
        }
    }

    /** Without its message, which may quote the value. */
    private static String describe(ObjectError error) {
        return error instanceof FieldError field
                ? "'%s' (%s)".formatted(field.getField(), field.getCode())
                : String.valueOf(error.getCode());
    }
}
