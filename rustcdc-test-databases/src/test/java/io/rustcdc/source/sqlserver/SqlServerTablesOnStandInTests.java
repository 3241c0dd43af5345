package io.rustcdc.source.sqlserver;

class SqlServerTablesOnStandInTests extends SqlServerTablesContract {

    SqlServerTablesOnStandInTests() {
        super(SqlServerKind.STAND_IN);
    }
}
