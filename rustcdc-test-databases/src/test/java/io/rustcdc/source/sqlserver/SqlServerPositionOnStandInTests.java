package io.rustcdc.source.sqlserver;

class SqlServerPositionOnStandInTests extends SqlServerPositionContract {

    SqlServerPositionOnStandInTests() {
        super(SqlServerKind.STAND_IN);
    }
}
