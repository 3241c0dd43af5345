package io.rustcdc.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;

/** Lets {@code rustcdc.postgres.shop:} with nothing below it stand for a source that takes everything by default. */
final class EmptySourceBindHandler extends AbstractBindHandler {

    EmptySourceBindHandler(BindHandler parent) {
        super(parent);
    }

    @Override
    public @Nullable Object onFailure(
            ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error) throws Exception {
        Class<?> type = target.getType().toClass();
        if (DatabaseProperties.class.isAssignableFrom(type) && isEmpty(name, context)) {
            Object settings = target.getValue() == null
                    ? BeanUtils.instantiateClass(type)
                    : target.getValue().get();
            return super.onSuccess(name, target, context, settings);
        }
        return super.onFailure(name, target, context, error);
    }

    private static boolean isEmpty(ConfigurationPropertyName name, BindContext context) {
        for (ConfigurationPropertySource source : context.getSources()) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return "".equals(property.getValue());
            }
        }
        return false;
    }
}
