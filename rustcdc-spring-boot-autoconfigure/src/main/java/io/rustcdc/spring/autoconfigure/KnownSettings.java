package io.rustcdc.spring.autoconfigure;

import java.beans.PropertyDescriptor;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/** The keys that exist, as the types of the settings have them. */
final class KnownSettings {

    static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(CdcProperties.PREFIX);

    private KnownSettings() {}

    /** The longest beginning of a name that groups settings. */
    static ConfigurationPropertyName deepestParent(ConfigurationPropertyName name) {
        for (int length = name.getNumberOfElements() - 1; length > 1; length--) {
            ConfigurationPropertyName parent = name.chop(length);
            if (!below(parent).isEmpty()) {
                return parent;
            }
        }
        return ROOT;
    }

    /** The keys right below a name; empty when it groups none. */
    static List<String> below(ConfigurationPropertyName name) {
        ResolvableType type = ResolvableType.forClass(CdcProperties.class);
        for (int i = 1; i < name.getNumberOfElements(); i++) {
            type = type.toClass() == Map.class ? type.getGeneric(1) : property(type, name.getElement(i, Form.UNIFORM));
            if (type == null) {
                return List.of();
            }
        }
        return isGroup(type) ? keys(type) : List.of();
    }

    private static @Nullable ResolvableType property(ResolvableType type, String element) {
        if (!isGroup(type)) {
            return null;
        }
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type.toClass())) {
            if (property.getReadMethod() != null && property.getName().equalsIgnoreCase(element)) {
                return ResolvableType.forMethodReturnType(property.getReadMethod());
            }
        }
        return null;
    }

    private static List<String> keys(ResolvableType type) {
        TreeSet<String> keys = new TreeSet<>();
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type.toClass())) {
            if (property.getReadMethod() != null && !property.getName().equals("class")) {
                keys.add(dashed(property.getName()));
            }
        }
        return List.copyOf(keys);
    }

    private static boolean isGroup(ResolvableType type) {
        return type.toClass().getPackage() == CdcProperties.class.getPackage()
                && !type.toClass().isEnum();
    }

    private static String dashed(String property) {
        StringBuilder dashed = new StringBuilder();
        property.chars().forEach(c -> {
            if (Character.isUpperCase(c)) {
                dashed.append('-');
            }
            dashed.appendCodePoint(Character.toLowerCase(c));
        });
        return dashed.toString();
    }
}
