package io.rustcdc.spring;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The value of a column that the source may not have sent: a component or property of this type takes every row, and tells "not
 * sent" from NULL. A column is not sent when an update left it as it was and the database saves the bytes (an unchanged TOAST
 * value of PostgreSQL, a minimal row image of MySQL), or when an image holds the key alone. Immutable, as long as {@code T} is.
 *
 * <pre>{@code
 * record Article(long id, CdcValue<String> body) {}
 *
 * article.body().ifPresent(body -> index(article.id(), body));
 * }</pre>
 *
 * @param <T> the type of the column's value
 */
public final class CdcValue<T> {

    private static final CdcValue<?> ABSENT = new CdcValue<>(false, null);

    private final boolean present;
    private final @Nullable T value;

    private CdcValue(boolean present, @Nullable T value) {
        this.present = present;
        this.value = value;
    }

    /** What the source sent; null is SQL NULL. */
    public static <T> CdcValue<T> of(@Nullable T value) {
        return new CdcValue<>(true, value);
    }

    /** Nothing is known of the column here. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // it holds no value of any type
    public static <T> CdcValue<T> absent() {
        return (CdcValue<T>) ABSENT;
    }

    /** Whether the source sent the column, be it as a value or as NULL. */
    public boolean isPresent() {
        return present;
    }

    /**
     * The value, or null for SQL NULL.
     *
     * @throws NoSuchElementException if the source did not send it
     */
    public @Nullable T get() {
        if (!present) {
            throw new NoSuchElementException(
                    "The source did not send this column (it is not NULL); ask isPresent first");
        }
        return value;
    }

    /** The value, or null for SQL NULL; the other one if the source did not send it. */
    public @Nullable T orElse(@Nullable T other) {
        return present ? value : other;
    }

    /** Does something with the value, which may be null, if the source sent it. */
    public void ifPresent(Consumer<? super @Nullable T> action) {
        if (present) {
            action.accept(value);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CdcValue<?> that && present == that.present && Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(present, value);
    }

    @Override
    public String toString() {
        return present ? "CdcValue[" + value + "]" : "CdcValue.absent";
    }
}
