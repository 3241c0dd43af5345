/**
 * PostgreSQL: logical replication through the pgoutput plugin. The one package that knows pgjdbc. Bytes become messages
 * (pure decoding), messages become changes, offsets are commit positions plus a count inside the transaction.
 */
@NullMarked
package io.rustcdc.source.postgres;

import org.jspecify.annotations.NullMarked;
