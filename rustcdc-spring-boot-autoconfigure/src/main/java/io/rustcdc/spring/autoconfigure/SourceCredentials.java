package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;

/** The credentials of a source itself: a bean named, or qualified, like it, else those of its settings. */
final class SourceCredentials {

    private final ConfigurableListableBeanFactory beanFactory;
    private final ConfigurableEnvironment environment;

    SourceCredentials(ConfigurableListableBeanFactory beanFactory, ConfigurableEnvironment environment) {
        this.beanFactory = beanFactory;
        this.environment = environment;
    }

    /** Null when there is neither a bean nor a user in the settings. */
    Credentials.@Nullable Provider find(ConfiguredSource source) {
        for (String name : beanFactory.getBeanNamesForType(Credentials.Provider.class)) {
            if (BeanFactoryAnnotationUtils.isQualifierMatch(source.name()::equals, name, beanFactory)) {
                return beanFactory.getBean(name, Credentials.Provider.class);
            }
        }
        String user = source.settings().getUser();
        return user == null
                ? null
                : new EnvironmentCredentials(
                        environment,
                        source.place(),
                        new Credentials(user, source.settings().getPassword()));
    }
}
