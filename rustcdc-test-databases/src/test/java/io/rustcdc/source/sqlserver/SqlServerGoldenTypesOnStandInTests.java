package io.rustcdc.source.sqlserver;

class SqlServerGoldenTypesOnStandInTests extends SqlServerGoldenTypesContract {

    SqlServerGoldenTypesOnStandInTests() {
        super(SqlServerKind.STAND_IN);
    }
}
