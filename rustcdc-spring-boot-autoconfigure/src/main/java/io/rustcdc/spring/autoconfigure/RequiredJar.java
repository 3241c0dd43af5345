package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CdcConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * What the sources of a database need beside the engine.
 *
 * @param className of a class in it
 * @param what in words, with an article
 * @param coordinates group and artifact
 */
record RequiredJar(String className, String what, String coordinates) {

    /** @throws CdcConfigurationException if it is not there */
    void require(ConfiguredSource source, @Nullable ClassLoader classLoader) {
        if (!ClassUtils.isPresent(className, classLoader)) {
            throw new CdcConfigurationException(
                    "Source '%s' needs %s, which is not on the class path".formatted(source.name(), what),
                    "Add the dependency %s (rustcdc-spring-boot-starter has it).".formatted(coordinates));
        }
    }
}
