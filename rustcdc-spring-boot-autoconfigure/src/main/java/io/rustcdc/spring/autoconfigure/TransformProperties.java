package io.rustcdc.spring.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done to the changes of a source before its listeners get them. */
public class TransformProperties {

    /**
     * What happens when a transform fails for a change. "halt" to stop the source at this change; "skip" to set the change aside,
     * so that no listener gets it: a SkippedChanges bean keeps it, or else the dead letters (rustcdc.dead-letters.store).
     */
    private OnError onError = OnError.HALT;

    /**
     * Secret that hashed columns are hashed with, 16 bytes or more. With another one, all hashes are others.
     */
    private @Nullable String hashKey;

    /**
     * Rules for columns, by names of your own. A rule of a source replaces that of the same name in the defaults.
     */
    private final Map<String, TransformRuleProperties> rules = new LinkedHashMap<>();

    public OnError getOnError() {
        return onError;
    }

    public void setOnError(OnError onError) {
        this.onError = onError;
    }

    public @Nullable String getHashKey() {
        return hashKey;
    }

    public void setHashKey(@Nullable String hashKey) {
        this.hashKey = hashKey;
    }

    public Map<String, TransformRuleProperties> getRules() {
        return rules;
    }

    /** What happens to a change that a transform fails for. */
    public enum OnError {
        HALT,
        SKIP
    }
}
