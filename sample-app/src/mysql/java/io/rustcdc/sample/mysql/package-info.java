/**
 * The MySQL or MariaDB server that the shop brings along under the profile of that name. On the class path of such a run, and of
 * the tests, only: the server's archive is large. Uses the directory of the sample and nothing else of it.
 */
@NullMarked
package io.rustcdc.sample.mysql;

import org.jspecify.annotations.NullMarked;
