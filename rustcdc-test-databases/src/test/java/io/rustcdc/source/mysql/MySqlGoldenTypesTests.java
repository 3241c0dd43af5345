package io.rustcdc.source.mysql;

import io.rustcdc.test.databases.golden.MySqlTypes;

class MySqlGoldenTypesTests extends GoldenTypesContract {

    MySqlGoldenTypesTests() {
        super(Flavor.MYSQL, MySqlTypes.all(), "MINIMAL");
    }
}
