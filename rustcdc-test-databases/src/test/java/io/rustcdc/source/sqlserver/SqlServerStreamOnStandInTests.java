package io.rustcdc.source.sqlserver;

class SqlServerStreamOnStandInTests extends SqlServerStreamContract {

    SqlServerStreamOnStandInTests() {
        super(SqlServerKind.STAND_IN);
    }
}
