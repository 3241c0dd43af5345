/**
 * What the connectors share and nobody else uses: not part of the API. Uses the packages that a connector uses.
 */
@NullMarked
package io.rustcdc.source.internal;

import org.jspecify.annotations.NullMarked;
