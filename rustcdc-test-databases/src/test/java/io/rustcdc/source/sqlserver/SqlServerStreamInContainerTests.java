package io.rustcdc.source.sqlserver;

class SqlServerStreamInContainerTests extends SqlServerStreamContract {

    SqlServerStreamInContainerTests() {
        super(SqlServerKind.CONTAINER);
    }
}
