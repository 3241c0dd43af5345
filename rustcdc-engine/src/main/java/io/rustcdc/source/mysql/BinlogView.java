package io.rustcdc.source.mysql;

import org.jspecify.annotations.Nullable;

/**
 * What a server's log has at the moment.
 *
 * @param files its files
 * @param gtids its transactions; null where they are not to be used
 * @param present the end of the log; its set is empty where GTIDs are not to be used
 */
record BinlogView(BinlogFiles files, @Nullable GtidState gtids, MySqlOffset present) {}
