package io.rustcdc.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/** One rule for columns. All of its lists name columns as the database does. */
@ConfigurationPropertiesSource
public class TransformRuleProperties {

    /**
     * Comma-separated list of the tables that the rule is for, as globs over qualified names. All tables unless set.
     */
    private List<String> tables = new ArrayList<>();

    /**
     * Comma-separated list of the columns to keep, as globs; all others are left out.
     */
    private List<String> include = new ArrayList<>();

    /**
     * Comma-separated list of the columns to leave out, as globs.
     */
    private List<String> exclude = new ArrayList<>();

    /**
     * Comma-separated list of new names for columns, each as old=new.
     */
    private List<String> rename = new ArrayList<>();

    /**
     * Comma-separated list of the columns to mask, as globs.
     */
    private List<String> mask = new ArrayList<>();

    /**
     * Text that stands for a masked value. *** unless set.
     */
    private @Nullable String maskWith;

    /**
     * Number of characters at the end of a masked value that follow the text, if the value has more than that. 0 unless set.
     */
    private @Nullable Integer maskKeepLast;

    /**
     * Comma-separated list of the columns to show as NULL, as globs.
     */
    private List<String> nullify = new ArrayList<>();

    /**
     * Comma-separated list of the columns to hash, as globs.
     */
    private List<String> hash = new ArrayList<>();

    public List<String> getTables() {
        return tables;
    }

    public void setTables(List<String> tables) {
        this.tables = tables;
    }

    public List<String> getInclude() {
        return include;
    }

    public void setInclude(List<String> include) {
        this.include = include;
    }

    public List<String> getExclude() {
        return exclude;
    }

    public void setExclude(List<String> exclude) {
        this.exclude = exclude;
    }

    public List<String> getRename() {
        return rename;
    }

    public void setRename(List<String> rename) {
        this.rename = rename;
    }

    public List<String> getMask() {
        return mask;
    }

    public void setMask(List<String> mask) {
        this.mask = mask;
    }

    public @Nullable String getMaskWith() {
        return maskWith;
    }

    public void setMaskWith(@Nullable String maskWith) {
        this.maskWith = maskWith;
    }

    public @Nullable Integer getMaskKeepLast() {
        return maskKeepLast;
    }

    public void setMaskKeepLast(@Nullable Integer maskKeepLast) {
        this.maskKeepLast = maskKeepLast;
    }

    public List<String> getNullify() {
        return nullify;
    }

    public void setNullify(List<String> nullify) {
        this.nullify = nullify;
    }

    public List<String> getHash() {
        return hash;
    }

    public void setHash(List<String> hash) {
        this.hash = hash;
    }
}
