package io.rustcdc.test;

import io.rustcdc.event.ChangeEvent;
import org.jspecify.annotations.Nullable;

/**
 * The entry point of the assertions. Its static import lives well beside the one of AssertJ's {@code Assertions}.
 *
 * <pre>{@code
 * assertThat(event).isUpdate().hasTable("public.orders").changed("status", "NEW", "PAID");
 * }</pre>
 */
public final class CdcAssertions {

    private CdcAssertions() {}

    public static <T> ChangeEventAssert<T> assertThat(@Nullable ChangeEvent<T> actual) {
        return new ChangeEventAssert<>(actual);
    }
}
