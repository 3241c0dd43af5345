package io.rustcdc.benchmarks;

/** Where it was measured. */
record Environment(String java, String system, int processors, String server) {

    static Environment of(BenchmarkServer server) {
        return new Environment(
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                server.product());
    }

    @Override
    public String toString() {
        return "%s, %d processors, %s, %s".formatted(server, processors, java, system);
    }
}
