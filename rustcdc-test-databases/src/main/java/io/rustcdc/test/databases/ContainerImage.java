package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;

/** The official image of a server, chosen by a system property that names its tag. */
final class ContainerImage {

    private ContainerImage() {}

    static String property(Flavor flavor) {
        return "rustcdc.test." + flavor.type();
    }

    /** Empty for the embedded server. */
    static String tag(Flavor flavor) {
        return System.getProperty(property(flavor), "").strip();
    }
}
