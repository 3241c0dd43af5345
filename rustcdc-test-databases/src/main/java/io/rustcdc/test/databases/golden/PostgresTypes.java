package io.rustcdc.test.databases.golden;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The golden table of PostgreSQL: every type of 14 to 18 that a column can have. */
public final class PostgresTypes {

    private static final GoldenType BOUNDS = GoldenType.of("integer[]", List.class)
            .value("[0:1]={1,2}", List.of(1, 2))
            .value("[-1:0][3:4]={{1,2},{3,NULL}}", List.of(List.of(1, 2), Arrays.asList(3, null)))
            .value("{{{{{{1}}}}}}", List.of(List.of(List.of(List.of(List.of(List.of(1)))))));

    private PostgresTypes() {}

    /** What must be run in an empty database before the types of {@link #own()} can be used. */
    public static List<String> setup() {
        return PostgresOwnTypes.setup();
    }

    /** The types that each server has, arrays not among them. */
    public static List<GoldenType> builtIn() {
        return Stream.of(
                        PostgresNumbers.types(),
                        PostgresTexts.types(),
                        PostgresTimes.types(),
                        PostgresOthers.network(),
                        PostgresOthers.geometry(),
                        PostgresOthers.ranges(),
                        PostgresOthers.system())
                .flatMap(List::stream)
                .toList();
    }

    /** Those that {@link #setup()} creates. */
    public static List<GoldenType> own() {
        return PostgresOwnTypes.types();
    }

    /** Those of extensions, which a server may lack. */
    public static List<GoldenType> ofExtensions() {
        return PostgresOwnTypes.ofExtensions();
    }

    /** All types, each with the type of its arrays. */
    public static List<GoldenType> all() {
        Stream<GoldenType> scalars = Stream.of(builtIn(), own(), ofExtensions()).flatMap(List::stream);
        return Stream.concat(scalars.flatMap(type -> Stream.of(type, type.array())), Stream.of(BOUNDS))
                .toList();
    }
}
