package io.rustcdc.source.sqlserver;

/**
 * A column of a change table.
 *
 * @param ordinal its number among the captured columns, from 1, by which the update mask calls it
 * @param inSource whether the source table still has it
 */
record CapturedColumn(String name, int ordinal, ColumnType type, boolean inSource) {}
