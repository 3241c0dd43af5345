package io.rustcdc.benchmarks;

/**
 * What it took to read one backlog.
 *
 * @param seconds from before the connection was opened to the last row
 * @param firstRowSeconds from the same moment to the first row
 * @param clientCpuSeconds of the whole reading JVM in that time, its compiler and collector included
 * @param senderCpuSeconds of the server, to send the rows
 * @param otherCores what everybody but this JVM and the server used of the processors meanwhile
 * @param peakHeapBytes the most heap in use, garbage included
 * @param peakRssBytes of the reading process
 */
record CaptureResult(
        long rows,
        double seconds,
        double firstRowSeconds,
        double clientCpuSeconds,
        double senderCpuSeconds,
        double otherCores,
        long peakHeapBytes,
        long peakRssBytes) {

    double rowsPerSecond() {
        return rows / seconds;
    }

    double clientMicrosPerRow() {
        return clientCpuSeconds * 1e6 / rows;
    }

    double senderMicrosPerRow() {
        return senderCpuSeconds * 1e6 / rows;
    }
}
