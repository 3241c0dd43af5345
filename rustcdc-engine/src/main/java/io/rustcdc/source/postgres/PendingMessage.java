package io.rustcdc.source.postgres;

import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.core.VisibleBufferedInputStream;
import org.postgresql.util.ByteConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message that the driver was about to take in when there was no memory for it. The driver tells nobody how large it
 * is, so this looks into its fields. Only ever for the text of an error, where not to know does no harm.
 */
final class PendingMessage {

    private static final Logger logger = LoggerFactory.getLogger(PendingMessage.class);

    /** Less than this is no reason to run out of memory. */
    private static final int LEAST_BYTES = 1 << 20;

    private PendingMessage() {}

    /** In bytes; 0 when not known. */
    static long size(Connection connection) {
        try {
            Object executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
            Object stream = read(QueryExecutorBase.class, "pgStream", executor);
            Object input = read(PGStream.class, "pgInput", stream);
            return input instanceof VisibleBufferedInputStream buffered ? lastNumber(buffered) : 0;
        } catch (SQLException | ReflectiveOperationException | RuntimeException e) {
            logger.debug("The size of the message is not known", e);
            return 0;
        }
    }

    /** A message begins with its type and its length, and the length was the last that was read. */
    private static long lastNumber(VisibleBufferedInputStream input) {
        int end = input.getIndex();
        int size = end < Integer.BYTES ? 0 : ByteConverter.int4(input.getBuffer(), end - Integer.BYTES);
        return size < LEAST_BYTES ? 0 : size;
    }

    private static Object read(Class<?> type, String name, Object owner) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
