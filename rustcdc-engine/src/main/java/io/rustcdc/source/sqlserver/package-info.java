/**
 * SQL Server: reads the change tables that change data capture fills, by LSN. A sibling of the other connectors, which it never
 * sees. Only this package may use Microsoft's driver; all T-SQL is in {@link io.rustcdc.source.sqlserver.SqlServerSql}.
 */
@NullMarked
package io.rustcdc.source.sqlserver;

import org.jspecify.annotations.NullMarked;
