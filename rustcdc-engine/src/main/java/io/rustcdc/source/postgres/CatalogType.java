package io.rustcdc.source.postgres;

import io.rustcdc.source.postgres.PgOutputMessage.TypeName;

/**
 * A type as the catalog has it now.
 *
 * @param array whether its values are arrays
 * @param delimiter what stands between its values in the text of an array
 */
record CatalogType(TypeName name, boolean array, char delimiter) {}
