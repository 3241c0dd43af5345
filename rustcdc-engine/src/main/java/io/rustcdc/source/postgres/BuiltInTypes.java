package io.rustcdc.source.postgres;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of pg_catalog, whose object ids are fixed (pg_type.dat of the server), and their Java values. Types that are
 * not listed as something else arrive as their text: interval, json, xml, money, network addresses, geometry, ranges,
 * bit strings and the like.
 */
final class BuiltInTypes {

    /**
     * @param name the name in pg_type
     * @param element the type of an array's elements, null if this is no array
     */
    record BuiltIn(
            String name, ValueDecoder decoder, @Nullable String element) {}

    private static final Map<Integer, BuiltIn> BY_ID = new HashMap<>();
    private static final Map<String, BuiltIn> BY_NAME = new HashMap<>();

    /** Of the types whose value is their text: id, name, id of the array type. */
    private static final String TEXTS = """
            18 char 1002, 19 name 1003, 25 text 1009, 1042 bpchar 1014, 1043 varchar 1015,
            114 json 199, 3802 jsonb 3807, 4072 jsonpath 4073, 142 xml 143,
            22 int2vector 1006, 30 oidvector 1013, 27 tid 1010, 28 xid 1011, 29 cid 1012, 5069 xid8 271,
            24 regproc 1008, 2202 regprocedure 2207, 2203 regoper 2208, 2204 regoperator 2209, 2205 regclass 2210,
            2206 regtype 2211, 3734 regconfig 3735, 3769 regdictionary 3770, 4089 regnamespace 4090, 4096 regrole 4097,
            4191 regcollation 4192, 600 point 1017, 601 lseg 1018, 602 path 1019, 604 polygon 1027, 628 line 629,
            718 circle 719, 650 cidr 651, 869 inet 1041, 829 macaddr 1040, 774 macaddr8 775, 790 money 791,
            1033 aclitem 1034, 1186 interval 1187, 1560 bit 1561, 1562 varbit 1563, 1790 refcursor 2201,
            2970 txid_snapshot 2949, 5038 pg_snapshot 5039, 3220 pg_lsn 3221, 3614 tsvector 3643, 3615 tsquery 3645,
            3904 int4range 3905, 3906 numrange 3907, 3908 tsrange 3909, 3910 tstzrange 3911, 3912 daterange 3913,
            3926 int8range 3927, 4451 int4multirange 6150, 4532 nummultirange 6151, 4533 tsmultirange 6152,
            4534 tstzmultirange 6153, 4535 datemultirange 6155, 4536 int8multirange 6157""";

    static {
        add(16, "bool", 1000, ScalarText::bool);
        add(17, "bytea", 1001, ScalarText::bytea);
        add(20, "int8", 1016, ScalarText::number);
        add(21, "int2", 1005, ScalarText::integer);
        add(23, "int4", 1007, ScalarText::integer);
        add(26, "oid", 1028, ScalarText::number);
        add(700, "float4", 1021, ScalarText::float4);
        add(701, "float8", 1022, ScalarText::float8);
        add(1700, "numeric", 1231, ScalarText::numeric);
        add(2950, "uuid", 2951, ScalarText::uuid);
        add(1082, "date", 1182, TimeText::date);
        add(1083, "time", 1183, TimeText::time);
        add(1266, "timetz", 1270, TimeText::timetz);
        add(1114, "timestamp", 1115, TimeText::timestamp);
        add(1184, "timestamptz", 1185, TimeText::timestamptz);
        for (String entry : TEXTS.split(",\\s+", -1)) {
            String[] parts = entry.split(" ", -1);
            add(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]), ScalarText::text);
        }
        // The one type whose arrays are not delimited by commas, since its text holds some.
        add(603, new BuiltIn("box", ScalarText::text, null));
        add(1020, new BuiltIn("_box", ArrayText.of(ScalarText::text, ';'), "box"));
    }

    private BuiltInTypes() {}

    static @Nullable BuiltIn byId(int id) {
        return BY_ID.get(id);
    }

    static @Nullable BuiltIn byName(String name) {
        return BY_NAME.get(name);
    }

    private static void add(int id, String name, int arrayId, ValueDecoder decoder) {
        add(id, new BuiltIn(name, decoder, null));
        add(arrayId, new BuiltIn("_" + name, ArrayText.of(decoder, ','), name));
    }

    private static void add(int id, BuiltIn type) {
        BY_ID.put(id, type);
        BY_NAME.put(type.name(), type);
    }
}
