/**
 * Real databases for tests and benchmarks, and the faults to put between them and us. A server is started once per JVM and
 * shared, each test gets a database of its own in it; a test that stops servers or changes their settings starts its own.
 */
@NullMarked
package io.rustcdc.test.databases;

import org.jspecify.annotations.NullMarked;
