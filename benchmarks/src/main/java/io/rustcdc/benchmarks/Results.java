package io.rustcdc.benchmarks;

import java.nio.file.Path;
import java.util.function.Supplier;

/** What a program of this package has measured; all of it can be written as JSON. */
interface Results {

    /** For people. */
    String text();

    /** What a program was asked for. */
    interface Asked {

        /** Where all results go. */
        Path json();
    }

    /** What a program does. */
    interface Measuring<A extends Asked, R extends Results> {

        R measure(A asked) throws Exception;
    }

    /**
     * Measures, and prints and writes the results; a command line that cannot be read ends this process with the usage.
     *
     * @param parsing of the command line; throws an {@link IllegalArgumentException} with a text for the user
     */
    static <A extends Asked> void main(String usage, Supplier<A> parsing, Measuring<A, ?> measuring) throws Exception {
        A asked;
        try {
            asked = parsing.get();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println();
            System.err.print(usage);
            System.exit(2);
            return;
        }
        Results results = measuring.measure(asked);
        System.out.print(results.text());
        JsonFile.write(asked.json(), results);
        System.out.println("All figures: " + asked.json().toAbsolutePath());
    }
}
