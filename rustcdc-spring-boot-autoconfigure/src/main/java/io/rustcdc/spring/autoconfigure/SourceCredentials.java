package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The application's own credentials: a bean named, or qualified, like the source. */
final class SourceCredentials {

    private final ConfigurableListableBeanFactory beanFactory;

    SourceCredentials(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    Credentials.@Nullable Provider find(String source) {
        for (String name : beanFactory.getBeanNamesForType(Credentials.Provider.class)) {
            if (BeanFactoryAnnotationUtils.isQualifierMatch(source::equals, name, beanFactory)) {
                return beanFactory.getBean(name, Credentials.Provider.class);
            }
        }
        return null;
    }
}
