package io.rustcdc.spring;

/**
 * What fills a component or property of a row whose column the source did not send with a change. A {@link CdcValue} and an
 * {@code Optional} are empty where nothing fills them; everything else fails then, unless this says otherwise.
 */
public enum FillPolicy {

    /**
     * What an update left as it was is taken from the whole row before it, where the source sent one. Where it did not, a
     * {@code @Nullable} component fails, too: null would say NULL.
     */
    FROM_BEFORE,

    /** Nothing: a {@code @Nullable} component is null then, as for NULL. */
    LEAVE_ABSENT
}
