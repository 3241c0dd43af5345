package io.rustcdc.sample.shop;

/** The statements that are different from database to database. Their parameters are the same. */
interface ShopSql {

    /** A new order of two items. */
    String insertOrder();

    /** A row of the read model, new or not. Leaves a gift note that is not present as it is. */
    String writeSummary();
}
