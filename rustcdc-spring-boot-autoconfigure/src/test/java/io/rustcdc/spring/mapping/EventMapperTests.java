package io.rustcdc.spring.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.app.Changes;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;

class EventMapperTests {

    private final RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());

    @Test
    void bothImagesAreTyped() {
        ChangeEvent<?> event = mapper(Item.class).event(Changes.update(1, "old", "new"));

        assertThat(event.before()).isEqualTo(new Item(1, "old"));
        assertThat(event.after()).isEqualTo(new Item(1, "new"));
        assertThat(event.afterRow().get("name")).isEqualTo("new");
    }

    @Test
    void aBeforeImageOfTheKeyAloneIsNoObject() {
        ChangeEvent<Row> update = Changes.keyUpdate(1, 2, "name");

        ChangeEvent<?> event = mapper(Item.class).event(update);

        assertThat(event.before()).isNull();
        assertThat(event.after()).isEqualTo(new Item(2, "name"));
        assertThat(event.beforeRow().get("id")).isEqualTo(1);
        assertThat(mapper(Item.class).before(update)).isNull();
    }

    @Test
    void aTypeThatNeedsTheKeyOnlyHasItsBeforeImage() {
        assertThat(mapper(Key.class).event(Changes.keyUpdate(1, 2, "name")).before())
                .isEqualTo(new Key(1));
        assertThat(mapper(Key.class).before(Changes.keyDelete(1))).isEqualTo(new Key(1));
    }

    @Test
    void anAbsentColumnOfTheAfterImageIsAFailureEvenWhenTheBeforeImageIsTheKey() {
        ChangeEvent<Row> update = Changes.change(Operation.UPDATE)
                .before(Changes.row(Map.of("id", 1)), true)
                .after(Changes.row(Map.of("id", 2)))
                .build();

        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> mapper(Item.class).event(update));
    }

    @Test
    @DisplayName(
            "PG-21: what an update left unsent is taken from the whole row before it; the untyped row stays as it was sent")
    void anUnsentColumnIsTakenFromTheWholeRowBefore() {
        ChangeEvent<Row> update = Changes.change(Operation.UPDATE)
                .before(Changes.row(Map.of("id", 1, "name", "kept")), false)
                .after(Changes.row(Map.of("id", 2)))
                .build();

        ChangeEvent<?> event = mapper(Item.class).event(update);

        assertThat(event.before()).isEqualTo(new Item(1, "kept"));
        assertThat(event.after()).isEqualTo(new Item(2, "kept"));
        assertThat(event.afterRow().isPresent("name")).isFalse();
        assertThat(mapper(Item.class).after(update)).isEqualTo(new Item(2, "kept"));
    }

    @Test
    void aChangeOfTheShapeHasNoTypedImage() {
        ChangeEvent<Row> change = Changes.schemaChange();

        assertThat(mapper(Item.class).event(change).after()).isNull();
        assertThat(mapper(Item.class).after(change)).isNull();
        assertThat(new EventMapper<>(mappers.forType(ResolvableType.forClass(Map.class))).after(change))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("table", "items");
    }

    private EventMapper<?> mapper(Class<?> type) {
        return new EventMapper<>(mappers.forType(ResolvableType.forClass(type)));
    }

    record Item(int id, String name) {}

    record Key(int id) {}
}
