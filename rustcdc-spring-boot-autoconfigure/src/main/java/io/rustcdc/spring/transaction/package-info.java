/** The application's transactions, as the engine delivers in them. */
@NullMarked
package io.rustcdc.spring.transaction;

import org.jspecify.annotations.NullMarked;
