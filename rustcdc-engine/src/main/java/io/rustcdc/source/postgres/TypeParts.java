package io.rustcdc.source.postgres;

import java.util.List;

/** Looks up in the catalog what a type is made of. Asked once for each name of an array type that is not built in. */
@FunctionalInterface
interface TypeParts {

    /**
     * The type, a domain's base type, an array's element type and so on, innermost first; empty when there is no such
     * type any more.
     *
     * @throws io.rustcdc.source.SourceException if the catalog cannot be read
     */
    List<CatalogType> of(int type);
}
