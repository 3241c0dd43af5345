package io.rustcdc.test.databases;

/**
 * The end of a server's binary log.
 *
 * @param gtids on MySQL the set that was executed, on MariaDB the last one of each domain; empty where there are none
 */
public record BinlogStatus(String file, long position, String gtids) {}
