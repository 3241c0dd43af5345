package io.rustcdc.sample.shop;

import java.util.List;

/**
 * The read model beside the table it copies.
 *
 * @param ordersHash over all columns of all rows in key order
 * @param differing the first few order ids that differ; empty when equal
 */
public record Comparison(
        boolean equal, long orders, long summaries, String ordersHash, String summariesHash, List<Long> differing) {}
