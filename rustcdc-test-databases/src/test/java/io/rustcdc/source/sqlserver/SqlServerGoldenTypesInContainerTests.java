package io.rustcdc.source.sqlserver;

class SqlServerGoldenTypesInContainerTests extends SqlServerGoldenTypesContract {

    SqlServerGoldenTypesInContainerTests() {
        super(SqlServerKind.CONTAINER);
    }
}
