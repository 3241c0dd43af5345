/**
 * What is done to changes between the database and the listeners: columns left out, renamed, masked or hashed, changes filtered
 * away, and whatever the application adds. A change enters and the same change, or none, leaves: its offset, its transaction, its
 * table and its key are never touched, and what nobody reads is not decoded. Uses the event, source (for globs) and observe packages
 * only.
 */
@NullMarked
package io.rustcdc.transform;

import org.jspecify.annotations.NullMarked;
