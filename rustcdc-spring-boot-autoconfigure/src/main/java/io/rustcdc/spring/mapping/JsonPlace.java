package io.rustcdc.spring.mapping;

import tools.jackson.core.JacksonException;

/** Where in a JSON document a failure is. The failure's own message quotes the document, which must not reach a log. */
public final class JsonPlace {

    private JsonPlace() {}

    /** {@code at 'lines[2].price'} with a space before it; empty for the document itself. */
    public static String of(JacksonException failure) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : failure.getPath()) {
            String name = reference.getPropertyName();
            path.append(name == null ? "[" + reference.getIndex() + "]" : "." + name);
        }
        return path.isEmpty() ? "" : " at '" + path.toString().replaceFirst("^\\.", "") + "'";
    }
}
