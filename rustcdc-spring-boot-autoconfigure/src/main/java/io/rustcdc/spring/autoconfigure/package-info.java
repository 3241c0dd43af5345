/**
 * Puts it all together in an application: settings, the engines of the configured sources, their lifecycle, and what the
 * actuator shows of them. Settings go in, running engines come out. Nobody imports this package.
 */
@NullMarked
package io.rustcdc.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
