package io.rustcdc.event;

/**
 * One rule of a transform, as people name it.
 *
 * @param transform the name of the transform
 * @param kind what it does: {@code include}, {@code exclude}, {@code rename}, {@code mask} or {@code hash}
 * @param rule the tables and the columns it is about, as they were written
 */
public record TransformRule(String transform, String kind, String rule) {}
