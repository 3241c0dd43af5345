package io.rustcdc.source.sqlserver;

class SqlServerTablesInContainerTests extends SqlServerTablesContract {

    SqlServerTablesInContainerTests() {
        super(SqlServerKind.CONTAINER);
    }
}
