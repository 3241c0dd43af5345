package io.rustcdc.test.databases.golden;

import java.util.List;

/** Geometry (manual 8.8), network addresses (8.9), ranges (8.17), and what names things of the server (8.19, 8.20). */
final class PostgresOthers {

    private PostgresOthers() {}

    static List<GoldenType> network() {
        return List.of(
                GoldenType.text("inet", "127.0.0.1", "10.0.0.1/8", "::1", "2001:db8::/32"),
                GoldenType.text("cidr", "10.0.0.0/8", "2001:db8::/32"),
                GoldenType.text("macaddr", "08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"),
                GoldenType.text("macaddr8", "08:00:2b:01:02:03:04:05"));
    }

    static List<GoldenType> geometry() {
        return List.of(
                GoldenType.text("point", "(1.5,-2)", "(0.1,1e+300)", "(Infinity,NaN)")
                        .notKeyable(),
                GoldenType.text("line", "{1,2,3}", "{0.1,-1,0}").notKeyable(),
                GoldenType.text("lseg", "[(1,2),(3,4)]").notKeyable(),
                GoldenType.text("box", "(1,1),(0,0)", "(0.2,3),(0.1,-1)").notKeyable(),
                GoldenType.text("path", "((1,2),(3,4))", "[(1,2),(3,4),(5,6)]").notKeyable(),
                GoldenType.text("polygon", "((0,0),(1,1),(1,0))").notKeyable(),
                GoldenType.text("circle", "<(1,2),3>").notKeyable());
    }

    static List<GoldenType> ranges() {
        return List.of(
                GoldenType.text("int4range", "[1,5)", "empty", "(,)", "[-2147483648,)")
                        .value("[1,5]", "[1,6)"),
                GoldenType.text("int8range", "[1,5)", "(,9223372036854775807)"),
                GoldenType.text("numrange", "[1.5,2.50]", "(NaN,)", "[0,Infinity)"),
                GoldenType.of("tsrange", String.class)
                        .value("[2024-01-01 00:00,infinity)", "[\"2024-01-01 00:00:00\",infinity)")
                        .value("(,2024-01-01 00:00:00.5]", "(,\"2024-01-01 00:00:00.5\"]"),
                GoldenType.of("tstzrange", String.class)
                        .value("[2024-01-01 00:00+02,)", "[\"2023-12-31 22:00:00+00\",)")
                        .value("empty", "empty"),
                GoldenType.text("daterange", "[2024-01-31,2024-02-01)", "[-infinity,infinity]", "(,)"),
                GoldenType.text("int4multirange", "{[1,3),[5,8)}", "{}", "{(,)}"),
                GoldenType.text("int8multirange", "{[1,3),[5,8)}", "{}"),
                GoldenType.text("nummultirange", "{[1.5,2.50],(3,)}"),
                GoldenType.of("tsmultirange", String.class)
                        .value(
                                "{[2024-01-01 00:00,2024-01-02 00:00)}",
                                "{[\"2024-01-01 00:00:00\",\"2024-01-02 00:00:00\")}"),
                GoldenType.of("tstzmultirange", String.class)
                        .value("{[2024-01-01 00:00+02,)}", "{[\"2023-12-31 22:00:00+00\",)}"),
                GoldenType.text("datemultirange", "{[2024-01-31,2024-02-01)}"));
    }

    static List<GoldenType> system() {
        return List.of(
                GoldenType.text("pg_lsn", "16/B374D848", "FFFFFFFF/FFFFFFFF"),
                GoldenType.text("xid", "7", "4294967295").notKeyable(),
                GoldenType.text("xid8", "7", "18446744073709551615"),
                GoldenType.text("cid", "7").notKeyable(),
                GoldenType.text("tid", "(0,1)", "(4294967295,65535)"),
                GoldenType.text("pg_snapshot", "10:20:10,14,15").notKeyable(),
                GoldenType.text("txid_snapshot", "10:20:10,14,15").notKeyable(),
                GoldenType.text("int2vector", "1 -2 3"),
                GoldenType.text("oidvector", "1 2 3"),
                GoldenType.text("refcursor", "a cursor").notKeyable(),
                GoldenType.text("aclitem", "postgres=r*w/postgres").notKeyable(),
                GoldenType.of("regclass", String.class)
                        .value("pg_class", "pg_class")
                        .value("public.\"Thing\"", "public.\"Thing\"")
                        .value("4294967295", "4294967295"),
                GoldenType.of("regtype", String.class).value("int4", "integer").value("public.mood[]", "public.mood[]"),
                GoldenType.text("regproc", "now"),
                GoldenType.text("regprocedure", "abs(integer)"),
                GoldenType.text("regoper", "||/"),
                GoldenType.text("regoperator", "+(integer,integer)"),
                GoldenType.text("regnamespace", "public", "pg_catalog"),
                GoldenType.text("regrole", "postgres"),
                GoldenType.text("regconfig", "english"),
                GoldenType.text("regdictionary", "english_stem"),
                GoldenType.text("regcollation", "\"C\""));
    }
}
