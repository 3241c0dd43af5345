package io.rustcdc.test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Makes the configuration of an application usable without its databases. */
final class CdcTestSettings implements ContextCustomizerFactory {

    private static final Pattern SOURCE = Pattern.compile("rustcdc\\.(postgres|mysql|mariadb|sqlserver)\\.[^.]+\\..+");
    private static final Pattern CONNECTION =
            Pattern.compile("rustcdc\\.[a-z]+\\.[^.]+\\.(host|database|user|password|username)");

    private static final Pattern HASH_KEY = Pattern.compile("rustcdc\\..+\\.transforms\\.hash-?[kK]ey");

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        return TestContextAnnotationUtils.hasAnnotation(testClass, CdcTest.class) ? new Customizer() : null;
    }

    /** Without state, so contexts are shared. */
    private record Customizer() implements ContextCustomizer {

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
            ConfigurableEnvironment environment = context.getEnvironment();
            Set<String> names = names(environment);
            Map<String, Object> overriding = new HashMap<>();
            Map<String, Object> otherwise = new HashMap<>();
            for (String name : names) {
                if (name.endsWith(".delivery.transactional") || name.endsWith(".outbox.remove")) {
                    overriding.put(name, "false");
                } else if (CONNECTION.matcher(name).matches() && !isResolvable(environment, name)) {
                    overriding.put(name, "unused");
                } else if (HASH_KEY.matcher(name).matches() && !isResolvable(environment, name)) {
                    overriding.put(name, "a hash key for tests only");
                }
            }
            if (names.stream().noneMatch(name -> SOURCE.matcher(name).matches())) {
                otherwise.put("rustcdc.postgres.test.database", "test");
            }
            otherwise.put("rustcdc.defaults.delivery.retry.initial-delay", "1ms");
            otherwise.put("rustcdc.defaults.delivery.retry.max-delay", "1ms");
            environment.getPropertySources().addFirst(new MapPropertySource("rustcdc-test-overriding", overriding));
            environment.getPropertySources().addLast(new MapPropertySource("rustcdc-test", otherwise));
        }

        private static Set<String> names(ConfigurableEnvironment environment) {
            Set<String> names = new TreeSet<>();
            environment.getPropertySources().forEach(source -> {
                if (source instanceof EnumerablePropertySource<?> enumerable) {
                    for (String name : enumerable.getPropertyNames()) {
                        if (name.startsWith("rustcdc.")) {
                            names.add(name);
                        }
                    }
                }
            });
            return names;
        }

        private static boolean isResolvable(ConfigurableEnvironment environment, String name) {
            try {
                environment.getProperty(name);
                return true;
            } catch (IllegalArgumentException e) {
                return false; // a placeholder that nothing stands for here
            }
        }
    }
}
