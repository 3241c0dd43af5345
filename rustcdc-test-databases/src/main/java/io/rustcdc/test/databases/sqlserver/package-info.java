/**
 * Databases for tests of the SQL Server source: the real server in a container ({@code SqlServerContainer}), and a stand-in for it
 * ({@code SqlServerStandIn}), which is H2 with emulated CDC objects and proves nothing about the real server. May use all of the engine.
 */
@NullMarked
package io.rustcdc.test.databases.sqlserver;

import org.jspecify.annotations.NullMarked;
