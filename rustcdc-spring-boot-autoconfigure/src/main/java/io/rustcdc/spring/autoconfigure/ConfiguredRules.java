package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.transform.ColumnTransform;
import io.rustcdc.transform.HashKey;
import io.rustcdc.transform.Mask;
import io.rustcdc.transform.Transforms;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The configured rules of a source as transforms, each under the name of its rule and what it does, such as {@code customers.mask}.
 * They are ordered by what they do, and then by name: a variable of the environment that overrides a part of a rule puts it first in
 * what is bound, so the order of the configuration cannot count. Columns are renamed last, so that all rules name them as the database
 * does.
 */
final class ConfiguredRules {

    private static final String DEFAULT_MASK = "***";

    private final ConfiguredSource source;
    private final TransformProperties settings;
    private final Map<String, TransformRuleProperties> rules;

    ConfiguredRules(ConfiguredSource source) {
        this.source = source;
        this.settings = source.settings().getTransforms();
        this.rules = new TreeMap<>(settings.getRules());
    }

    /** @throws CdcConfigurationException if a rule cannot be used */
    void addTo(Transforms.Builder transforms) {
        requireDistinctNames();
        rules.forEach(this::requireUsable);
        HashKey key = hashKey();
        add(transforms, "hash", TransformRuleProperties::getHash, (tables, rule) -> {
            if (key == null) {
                throw new IllegalStateException("The key of hashes was checked before");
            }
            return ColumnTransform.hash(tables, rule.getHash(), key);
        });
        add(
                transforms,
                "mask",
                TransformRuleProperties::getMask,
                (tables, rule) -> ColumnTransform.mask(tables, rule.getMask(), mask(rule)));
        add(
                transforms,
                "nullify",
                TransformRuleProperties::getNullify,
                (tables, rule) -> ColumnTransform.mask(tables, rule.getNullify(), Mask.nothing()));
        add(
                transforms,
                "include",
                TransformRuleProperties::getInclude,
                (tables, rule) -> ColumnTransform.include(tables, rule.getInclude()));
        add(
                transforms,
                "exclude",
                TransformRuleProperties::getExclude,
                (tables, rule) -> ColumnTransform.exclude(tables, rule.getExclude()));
        add(
                transforms,
                "rename",
                TransformRuleProperties::getRename,
                (tables, rule) -> ColumnTransform.rename(tables, names(rule)));
    }

    private void add(
            Transforms.Builder transforms,
            String kind,
            Function<TransformRuleProperties, List<String>> columns,
            BiFunction<TableFilter, TransformRuleProperties, ColumnTransform> transform) {
        rules.forEach((name, rule) -> {
            if (!columns.apply(rule).isEmpty()) {
                try {
                    TableFilter tables = new TableFilter(rule.getTables(), List.of());
                    transforms.add(name + "." + kind, transform.apply(tables, rule));
                } catch (IllegalArgumentException e) {
                    throw refused(name, "'%s' cannot be used: %s".formatted(kind, e.getMessage()), "Correct it.");
                }
            }
        });
    }

    private void requireDistinctNames() {
        Map<String, String> seen = new HashMap<>();
        for (String name : rules.keySet()) {
            String other = seen.putIfAbsent(ConfiguredSource.canonical(name), name);
            if (other != null) {
                throw new CdcConfigurationException(
                        "Two rules of source '%s' have one name: '%s' and '%s' (case, '-' and '_' do not count)"
                                .formatted(source.name(), other, name),
                        "Give one of them another name. A variable of the environment cannot have dashes: give a rule that one is to override a name without dashes.");
            }
        }
    }

    private void requireUsable(String name, TransformRuleProperties rule) {
        Map<String, List<String>> replaced = new LinkedHashMap<>();
        replaced.put("mask", rule.getMask());
        replaced.put("nullify", rule.getNullify());
        replaced.put("hash", rule.getHash());
        boolean keeps = !rule.getInclude().isEmpty() || !rule.getExclude().isEmpty();
        if (!keeps && rule.getRename().isEmpty() && replaced.values().stream().allMatch(List::isEmpty)) {
            throw refused(
                    name,
                    "it says nothing to do",
                    "Name columns below include, exclude, rename, mask, nullify or hash, for instance:"
                            + yaml("rules:", "  " + name + ":", "    exclude: notes"));
        }
        if (!rule.getInclude().isEmpty() && !rule.getExclude().isEmpty()) {
            throw refused(
                    name,
                    "it has both include and exclude",
                    "Keep one of them: with include, all other columns are left out anyway.");
        }
        if (rule.getMask().isEmpty() && (rule.getMaskWith() != null || rule.getMaskKeepLast() != null)) {
            throw refused(
                    name,
                    "it has %s, but no column to mask"
                            .formatted(rule.getMaskWith() == null ? "mask-keep-last" : "mask-with"),
                    "Name the columns:" + yaml("rules:", "  " + name + ":", "    mask: phone, email"));
        }
        requireOnce(name, replaced);
    }

    /** A column is masked, nullified or hashed, not two of it. */
    private void requireOnce(String name, Map<String, List<String>> replaced) {
        Map<String, String> seen = new HashMap<>();
        replaced.forEach((kind, columns) -> columns.forEach(column -> {
            String other = seen.put(column.strip().toLowerCase(Locale.ROOT), kind);
            if (other != null && !other.equals(kind)) {
                throw refused(
                        name, "it has column '%s' both in %s and in %s".formatted(column, other, kind), "Keep one.");
            }
        }));
    }

    private @Nullable HashKey hashKey() {
        String hashing = rules.entrySet().stream()
                .filter(entry -> !entry.getValue().getHash().isEmpty())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
        String secret = settings.getHashKey();
        if (hashing == null) {
            return null;
        }
        if (secret == null || secret.isBlank()) {
            throw refused(
                    hashing,
                    "it hashes columns, but there is no transforms.hash-key",
                    "Make a secret, for instance with 'openssl rand -hex 32', give it to the application as an environment variable, and keep it: with another key all hashes are others."
                            + yaml("hash-key: ${CDC_HASH_KEY}"));
        }
        try {
            return HashKey.of(secret);
        } catch (IllegalArgumentException e) {
            throw refused(
                    hashing,
                    "transforms.hash-key cannot be used: %s".formatted(e.getMessage()),
                    "Take a longer one, for instance from 'openssl rand -hex 32'." + yaml("hash-key: ${CDC_HASH_KEY}"));
        }
    }

    private static Mask mask(TransformRuleProperties rule) {
        String text = rule.getMaskWith();
        Integer keepLast = rule.getMaskKeepLast();
        return Mask.text(text == null ? DEFAULT_MASK : text).keepingLast(keepLast == null ? 0 : keepLast);
    }

    private static Map<String, String> names(TransformRuleProperties rule) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String entry : rule.getRename()) {
            String[] parts = entry.split("=", -1);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new IllegalArgumentException("expected old=new, found '%s'".formatted(entry));
            }
            if (names.put(parts[0].strip(), parts[1].strip()) != null) {
                throw new IllegalArgumentException("it has column '%s' twice".formatted(parts[0].strip()));
            }
        }
        return names;
    }

    private CdcConfigurationException refused(String rule, String why, String action) {
        return new CdcConfigurationException(
                "Rule '%s' of source '%s' (%s.transforms.rules.%s, or the same below rustcdc.defaults): %s"
                        .formatted(rule, source.name(), source.key(), rule, why),
                action);
    }

    /** Lines below {@code transforms}, to be pasted. */
    private String yaml(String... lines) {
        String head = "%n%nrustcdc:%n  %s:%n    %s:%n      transforms:%n".formatted(source.type(), source.name());
        return head
                + String.join(
                        System.lineSeparator(),
                        List.of(lines).stream().map(line -> "        " + line).toList());
    }
}
