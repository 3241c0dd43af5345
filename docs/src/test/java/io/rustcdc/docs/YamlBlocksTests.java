package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.spring.autoconfigure.CdcProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** That YAML on the pages is understood: our settings by the real properties, the others by Boot's own metadata. */
class YamlBlocksTests {

    @EnableConfigurationProperties(CdcProperties.class)
    static class Settings {}

    /** Of the application; what is for others says so. */
    static Stream<CodeBlock> blocks() {
        return Page.blocks("yaml").stream()
                .filter(block -> block.attribute("of").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void binds(CodeBlock block) throws IOException {
        bind(block);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void usesSettingsThatBootKnows(CodeBlock block) throws IOException {
        Metadata metadata = Metadata.ofClassPath();
        for (PropertySource<?> source : load(block)) {
            assertThat(((EnumerablePropertySource<?>) source).getPropertyNames())
                    .as(block.where())
                    .allMatch(metadata::knows);
        }
    }

    @Test
    void refusesAnUnknownSetting() {
        CodeBlock wrong =
                new CodeBlock("page.md", 1, "yaml", "rustcdc:\n  postgres:\n    shop:\n      hots: localhost\n");
        assertThatThrownBy(() -> bind(wrong)).rootCause().hasMessageContaining("rustcdc.postgres.shop.hots");
        CodeBlock other =
                new CodeBlock("page.md", 1, "yaml", "management:\n  endpoint:\n    cdc:\n      axess: none\n");
        assertThatThrownBy(() -> usesSettingsThatBootKnows(other)).isInstanceOf(AssertionError.class);
    }

    private static void bind(CodeBlock block) throws IOException {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            load(block).forEach(context.getEnvironment().getPropertySources()::addFirst);
            // What a page leaves to the environment.
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "environment", Map.of("CDC_PASSWORD", "secret", "cdc-password", "secret")));
            context.register(Settings.class);
            context.refresh();
            assertThat(context.getBean(CdcProperties.class)).isNotNull();
        }
    }

    private static List<PropertySource<?>> load(CodeBlock block) throws IOException {
        return new YamlPropertySourceLoader()
                .load(block.where(), new ByteArrayResource(block.text().getBytes(StandardCharsets.UTF_8)));
    }
}
