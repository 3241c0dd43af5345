package io.rustcdc.source.mysql;

import io.rustcdc.test.databases.golden.MariaDbTypes;

class MariaDbGoldenTypesTests extends GoldenTypesContract {

    MariaDbGoldenTypesTests() {
        super(Flavor.MARIADB, MariaDbTypes.all(), "NO_LOG");
    }
}
