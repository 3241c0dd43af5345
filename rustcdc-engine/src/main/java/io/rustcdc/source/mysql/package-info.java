/**
 * MySQL and, as a flavour of it, MariaDB: the binlog as a stream of changes, and the rows that exist. The only package that knows
 * the driver. Enters: what {@link io.rustcdc.source.SourceConnector} asks for. Leaves: changes. Uses source, schema and event.
 */
@NullMarked
package io.rustcdc.source.mysql;

import org.jspecify.annotations.NullMarked;
