package io.rustcdc.source.sqlserver;

class SqlServerPositionInContainerTests extends SqlServerPositionContract {

    SqlServerPositionInContainerTests() {
        super(SqlServerKind.CONTAINER);
    }
}
