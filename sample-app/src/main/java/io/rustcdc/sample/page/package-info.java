/**
 * What the page at "/" shows: changes as they arrive, pushed to each browser, and the read model's totals. Capture never
 * waits for a browser.
 */
@NullMarked
package io.rustcdc.sample.page;

import org.jspecify.annotations.NullMarked;
