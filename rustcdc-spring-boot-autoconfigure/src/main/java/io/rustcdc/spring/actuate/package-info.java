/** What the actuator shows of the sources, and lets an operator do to them: the health and the endpoints. */
@NullMarked
package io.rustcdc.spring.actuate;

import org.jspecify.annotations.NullMarked;
