/**
 * The golden tables: for each database every type, values of it, and what they are in Java. Tests send them through every
 * way a value can take; the pages for users are generated from them.
 */
@NullMarked
package io.rustcdc.test.databases.golden;

import org.jspecify.annotations.NullMarked;
