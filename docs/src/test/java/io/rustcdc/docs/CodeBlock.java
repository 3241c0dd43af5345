package io.rustcdc.docs;

/**
 * A fenced block of a page.
 *
 * @param page the page's name, for messages
 * @param line the line of the opening fence
 * @param info what follows the fence: the language, then perhaps {@code key=value}
 */
record CodeBlock(String page, int line, String info, String text) {

    String language() {
        return info.split("\\s+", 2)[0];
    }

    /** The value of {@code key=value} behind the language, or an empty text. */
    String attribute(String key) {
        for (String part : info.split("\\s+")) {
            if (part.startsWith(key + "=")) {
                return part.substring(key.length() + 1);
            }
        }
        return "";
    }

    String where() {
        return page + ":" + line;
    }

    @Override
    public String toString() {
        return where() + " " + info;
    }
}
