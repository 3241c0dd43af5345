/** What a server that the shop brings along keeps beside its data: who uses the directory, and the port. Uses nothing else of the sample. */
@NullMarked
package io.rustcdc.sample.directory;

import org.jspecify.annotations.NullMarked;
