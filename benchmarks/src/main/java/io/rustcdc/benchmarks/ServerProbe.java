package io.rustcdc.benchmarks;

import java.sql.SQLException;

/** Asks how much CPU time the server has used; what it needs is opened beforehand. */
interface ServerProbe extends AutoCloseable {

    /** What was used to send changes to this JVM's reader, which is connected. */
    double senderCpuSeconds();

    /** Of all processes that run now. */
    double cpuSeconds();

    @Override
    void close() throws SQLException;
}
