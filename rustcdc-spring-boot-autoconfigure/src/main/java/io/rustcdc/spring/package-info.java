/**
 * What an application uses: the annotations, the application events, the engines of its sources, and the beans it may
 * replace. Knows the engine and Spring's core; the other packages below serve this one and are not for applications.
 */
@NullMarked
package io.rustcdc.spring;

import org.jspecify.annotations.NullMarked;
