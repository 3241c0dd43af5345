package io.rustcdc.source.mysql;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a source has read.
 *
 * @param offset a position of the server that is read
 * @param written when the server wrote what was read last, by its clock; null when not known
 */
record LogReach(MySqlOffset offset, @Nullable Instant written) {}
