/**
 * What a captured change is: pure values, no behaviour of any database in them. Every other package may use this one;
 * this one uses none.
 */
@NullMarked
package io.rustcdc.event;

import org.jspecify.annotations.NullMarked;
