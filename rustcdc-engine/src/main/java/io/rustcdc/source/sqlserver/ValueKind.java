package io.rustcdc.source.sqlserver;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Java values of the server's types: reads them, writes them as text, and binds a text as a value again. */
enum ValueKind {
    BIT {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            boolean value = row.getBoolean(index);
            return row.wasNull() ? null : value;
        }

        @Override
        String text(Object value, int digits) {
            return Boolean.TRUE.equals(value) ? "1" : "0";
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setBoolean(index, text.equals("1"));
        }
    },
    INTEGER {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            int value = row.getInt(index);
            return row.wasNull() ? null : value;
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setInt(index, Integer.parseInt(text));
        }
    },
    LONG {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            long value = row.getLong(index);
            return row.wasNull() ? null : value;
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setLong(index, Long.parseLong(text));
        }
    },
    DECIMAL {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getBigDecimal(index);
        }

        @Override
        String text(Object value, int digits) {
            return ((BigDecimal) value).toPlainString();
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setBigDecimal(index, new BigDecimal(text));
        }
    },
    DOUBLE {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            double value = row.getDouble(index);
            return row.wasNull() ? null : value;
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setDouble(index, Double.parseDouble(text));
        }
    },
    FLOAT {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            float value = row.getFloat(index);
            return row.wasNull() ? null : value;
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setFloat(index, Float.parseFloat(text));
        }
    },
    TEXT {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getString(index);
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setString(index, text);
        }
    },
    BYTES {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getBytes(index);
        }

        @Override
        String text(Object value, int digits) {
            return "0x" + HexFormat.of().withUpperCase().formatHex((byte[]) value);
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setBytes(index, HexFormat.of().parseHex(text.substring(2)));
        }
    },
    DATE {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getObject(index, LocalDate.class);
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setObject(index, LocalDate.parse(text));
        }
    },
    TIME {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getObject(index, LocalTime.class);
        }

        @Override
        String text(Object value, int digits) {
            return MomentText.of((LocalTime) value, digits);
        }

        /** A time with all its digits; the driver would bind a {@code LocalTime} with fewer. */
        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setString(index, text);
        }
    },
    DATE_TIME {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getObject(index, LocalDateTime.class);
        }

        @Override
        String text(Object value, int digits) {
            return MomentText.of((LocalDateTime) value, digits);
        }

        /** The form with a T means the same in every language of a session. */
        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setString(index, text.replace(' ', 'T'));
        }
    },
    OFFSET_DATE_TIME {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return row.getObject(index, OffsetDateTime.class);
        }

        @Override
        String text(Object value, int digits) {
            return MomentText.of((OffsetDateTime) value, digits);
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setString(index, text);
        }
    },
    UUID {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            String text = row.getString(index);
            return text == null ? null : java.util.UUID.fromString(text);
        }

        @Override
        String text(Object value, int digits) {
            return value.toString().toUpperCase(Locale.ROOT);
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setString(index, text);
        }
    },
    /** A value with a type of its own. */
    VARIANT {
        @Override
        @Nullable
        Object get(ResultSet row, int index) throws SQLException {
            return plain(row.getObject(index));
        }

        @Override
        String text(Object value, int digits) {
            if (value instanceof byte[]) {
                return BYTES.text(value, digits);
            }
            if (value instanceof BigDecimal number) {
                return number.toPlainString();
            }
            if (value instanceof Boolean) {
                return BIT.text(value, digits);
            }
            return value instanceof LocalDateTime moment ? MomentText.shortest(moment) : value.toString();
        }

        @Override
        void bind(PreparedStatement statement, int index, String text) throws SQLException {
            statement.setString(index, text);
        }
    };

    /** The value of a column, null for NULL. */
    abstract @Nullable Object get(ResultSet row, int index) throws SQLException;

    /**
     * The server's text for a value.
     *
     * @param digits of the seconds, of types that have them
     */
    String text(Object value, int digits) {
        return value.toString();
    }

    /** Binds the value of a text, which a CAST to the column's type stands around. */
    abstract void bind(PreparedStatement statement, int index, String text) throws SQLException;

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value instanceof Timestamp moment) {
            return moment.toLocalDateTime();
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate();
        }
        return value instanceof java.sql.Time time ? time.toLocalTime() : value;
    }
}
