package io.rustcdc.engine;

import io.rustcdc.source.sqlserver.SqlServerKind;

class SqlServerSnapshotInContainerTests extends SqlServerSnapshotContract {

    SqlServerSnapshotInContainerTests() {
        super(SqlServerKind.CONTAINER);
    }
}
