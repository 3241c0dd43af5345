package io.rustcdc.source.mysql;

import io.rustcdc.schema.TableSchema;

/**
 * What is known of one version of a table.
 *
 * @param schema its names, types and key
 * @param shape how its rows are read
 */
record TableDescription(TableSchema schema, RowShape shape) {}
