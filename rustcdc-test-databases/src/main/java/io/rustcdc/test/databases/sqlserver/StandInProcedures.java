package io.rustcdc.test.databases.sqlserver;

import io.rustcdc.test.databases.sqlserver.StandInCatalog.CaptureInstance;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The procedures of change data capture that administrators call. */
final class StandInProcedures {

    private static final Pattern CALL = Pattern.compile(
            "\\s*EXEC(?:UTE)?\\s+(?:sys\\.)?(sp_cdc_\\w+)\\s*(.*?)\\s*;?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile(
            "@(\\w+)\\s*=\\s*(?:N?'((?:[^']|'')*)'|(\\w+))\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final StandInCatalog catalog;
    private final StandInCapturing capturing;
    private final StandInAgent agent;

    StandInProcedures(StandInCatalog catalog, StandInCapturing capturing, StandInAgent agent) {
        this.catalog = catalog;
        this.capturing = capturing;
        this.agent = agent;
    }

    /** Runs a statement if it calls one of the procedures; returns whether it does. */
    boolean run(Connection connection, String sql) throws SQLException {
        Matcher call = CALL.matcher(sql);
        if (!call.matches()) {
            return false;
        }
        Map<String, @Nullable String> arguments = arguments(call.group(2));
        switch (call.group(1).toLowerCase(Locale.ROOT)) {
            case "sp_cdc_enable_db" -> setEnabled(connection, true);
            case "sp_cdc_disable_db" -> setEnabled(connection, false);
            case "sp_cdc_enable_table" -> enable(connection, arguments);
            case "sp_cdc_disable_table" -> disable(connection, arguments);
            case "sp_cdc_cleanup_change_table" -> cleanUp(connection, arguments);
            case "sp_cdc_change_job" -> changeJob(connection, arguments);
            case "sp_cdc_start_job" -> agent.start();
            case "sp_cdc_stop_job" -> agent.stop();
            case "sp_cdc_scan" -> agent.captureAll();
            default -> throw StandInErrors.numbered(2812, "Could not find stored procedure '" + call.group(1) + "'.");
        }
        return true;
    }

    private static Map<String, @Nullable String> arguments(String text) {
        Map<String, @Nullable String> arguments = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (text.isBlank()) {
            return arguments;
        }
        for (String part : StandInDefinitions.parts(text)) {
            Matcher argument = ARGUMENT.matcher(part);
            if (!argument.matches()) {
                throw new IllegalArgumentException("Expected @name = value, found " + part);
            }
            String word = argument.group(3);
            String value =
                    word == null ? argument.group(2).replace("''", "'") : word.equalsIgnoreCase("NULL") ? null : word;
            arguments.put(argument.group(1), value);
        }
        return arguments;
    }

    private static void setEnabled(Connection connection, boolean enabled) throws SQLException {
        StandInCatalog.run(connection, "UPDATE sys.databases SET is_cdc_enabled = ?", enabled);
    }

    private void enable(Connection connection, Map<String, @Nullable String> arguments) throws SQLException {
        for (String required : List.of("source_schema", "source_name", "role_name")) {
            if (!arguments.containsKey(required)) {
                throw StandInErrors.numbered(
                        201, "Procedure or function 'sp_cdc_enable_table' expects parameter '@" + required + "'.");
            }
        }
        StandInTable table = table(arguments);
        String name = arguments.get("capture_instance");
        String columns = arguments.get("captured_column_list");
        capturing.enable(
                connection,
                table,
                name == null ? table.schema() + "_" + table.name() : name,
                columns == null
                        ? List.of()
                        : StandInDefinitions.parts(columns).stream()
                                .map(StandInDefinitions::name)
                                .toList(),
                arguments.get("role_name"));
    }

    private void disable(Connection connection, Map<String, @Nullable String> arguments) throws SQLException {
        if ("all".equals(arguments.get("capture_instance"))) {
            capturing.dropAll(connection, table(arguments));
        } else {
            capturing.disable(connection, instance(arguments));
        }
    }

    private void cleanUp(Connection connection, Map<String, @Nullable String> arguments) throws SQLException {
        String mark = arguments.get("low_water_mark");
        byte[] lsn = mark == null ? null : HexFormat.of().parseHex(mark.substring(2));
        capturing.cleanUp(connection, instance(arguments), lsn);
    }

    private static void changeJob(Connection connection, Map<String, @Nullable String> arguments) throws SQLException {
        for (String setting : List.of("maxtrans", "maxscans", "pollinginterval", "retention", "threshold")) {
            String value = arguments.get(setting);
            if (value != null) {
                StandInCatalog.run(
                        connection,
                        "UPDATE \"msdb.dbo\".cdc_jobs SET %s = ? WHERE job_type = ?".formatted(setting),
                        Long.valueOf(value),
                        arguments.getOrDefault("job_type", "capture"));
            }
        }
    }

    private StandInTable table(Map<String, @Nullable String> arguments) {
        return catalog.table(
                String.valueOf(arguments.get("source_schema")), String.valueOf(arguments.get("source_name")));
    }

    private CaptureInstance instance(Map<String, @Nullable String> arguments) throws SQLException {
        String name = String.valueOf(arguments.get("capture_instance"));
        CaptureInstance instance = catalog.instance(name);
        if (instance == null) {
            throw StandInErrors.numbered(22964, "There is no capture instance '" + name + "' in the current database.");
        }
        return instance;
    }
}
