package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.ConfigTreePropertySource.Option;
import org.springframework.core.env.AbstractEnvironment;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * The user and the password of a source as the environment has them at each connection: property sources that have changed
 * meanwhile count, and so do files of a {@code configtree:}.
 *
 * @param place the source's place in the configuration
 * @param atStart taken for what the environment says no more, as in the middle of a refresh
 */
record EnvironmentCredentials(ConfigurableEnvironment environment, ConfigurationPropertyName place, Credentials atStart)
        implements Credentials.Provider {

    @Override
    public Credentials get() {
        Binder now = Binder.get(asItIsNow());
        String user = now.bind(place.append("user"), Bindable.of(String.class)).orElse(atStart.user());
        String password =
                now.bind(place.append("password"), Bindable.of(String.class)).orElse(atStart.password());
        return new Credentials(user, password);
    }

    /** Boot keeps what it has read of a tree of files; only another look at the directory sees what was mounted since. */
    private ConfigurableEnvironment asItIsNow() {
        ConfigurableEnvironment now = new AbstractEnvironment() {};
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof ConfigTreePropertySource tree) {
                now.getPropertySources()
                        .addLast(new ConfigTreePropertySource(
                                tree.getName(), tree.getSource(), Option.AUTO_TRIM_TRAILING_NEW_LINE));
            } else if (!ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
                now.getPropertySources().addLast(source);
            }
        }
        ConfigurationPropertySources.attach(now);
        return now;
    }

    @Override
    public String toString() {
        return "EnvironmentCredentials[" + place + "]";
    }
}
