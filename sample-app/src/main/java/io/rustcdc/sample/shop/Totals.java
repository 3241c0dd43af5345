package io.rustcdc.sample.shop;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What the read model knows at this moment.
 *
 * @param revenue of all orders that are not cancelled
 * @param byStatus number of orders, in the order of an order's life
 */
public record Totals(long orders, BigDecimal revenue, Map<String, Long> byStatus) {}
