package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class RelationsTests {

    private static final TableId TABLE = new TableId("public", "t");

    private final ScriptedCatalog catalog = new ScriptedCatalog();
    private final Map<TableId, AcknowledgedSchema> acknowledged = new HashMap<>();
    private final KeylessTables keyless = new KeylessTables();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Relations relations = connect();

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(KeylessTables.class)).addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(KeylessTables.class)).detachAppender(log);
    }

    @Test
    void namesTypesWithTheirModifiers() {
        send(PgOutputWriter.type(20001, "public", "mood"));
        send(PgOutputWriter.type(20002, "shop", "weight"));
        send(PgOutputWriter.type(20003, "", "int4"));
        send(PgOutputWriter.relation(
                1,
                "public",
                "t",
                'd',
                "a 1700 786438",
                "b 1700",
                "c 1043 24",
                "d 1042 14",
                "e 1114 3",
                "f 1184",
                "g 1015 24",
                "h 1231 786438",
                "i 20001",
                "j 20002",
                "k 20003",
                "l 20004",
                "m 18",
                "n 1560 8",
                "o 1186 470351871",
                "p 1186 2147418115",
                "q 1700 133119"));

        assertThat(schema().columns().stream().map(ColumnSchema::type))
                .containsExactly(
                        "numeric(12,2)",
                        "numeric",
                        "varchar(20)",
                        "char(10)",
                        "timestamp(3)",
                        "timestamptz",
                        "varchar(20)[]",
                        "numeric(12,2)[]",
                        "mood",
                        "shop.weight",
                        "int4",
                        "type 20004",
                        "\"char\"",
                        "bit(8)",
                        "interval day to second",
                        "interval(3)",
                        "numeric(2,-5)");
    }

    @Test
    void readsADomainAsItsBaseTypeAndAnUnknownTypeAsText() {
        send(PgOutputWriter.type(20003, "", "int4"));
        send(PgOutputWriter.type(20001, "public", "mood"));
        send(PgOutputWriter.relation(1, "public", "t", 'd', "a 20003", "b 20001", "c 99999"));
        var insert = (PgOutputMessage.RowChange) PgOutputDecoder.decode(PgOutputWriter.insert(1, "7", "happy", "{x}"));

        assertThat(relations.find(1).shape().row(insert.images().after()).toMap())
                .containsEntry("a", 7)
                .containsEntry("b", "happy")
                .containsEntry("c", "{x}");
    }

    @Test
    void takesTheKeyUnderDefaultFromTheFlagsInTheOrderOfTheCatalog() {
        catalog.key(1, "b", "a");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "*b 20", "c 25"));

        assertThat(schema().key()).containsExactly("b", "a");
        assertThat(relations.find(1).shape().columns().key()).containsExactly("b", "a");
    }

    @Test
    void trustsTheFlagsUnderDefaultWhenTheKeyIsAnotherOneByNow() {
        catalog.key(1, "c");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "*b 20", "c 25"));

        assertThat(schema().key()).containsExactly("a", "b");
    }

    @Test
    void trustsTheFlagsUnderDefaultWhenTheKeyHasGrownSince() {
        catalog.key(1, "a", "b");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "b 20"));

        assertThat(schema().key()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"d, TRANSIENT", "f, TRANSIENT", "i, AUTHENTICATION", "f, AUTHENTICATION"})
    @DisplayName("A description that is repeated, as after ANALYZE, ends no stream when the catalog cannot be asked")
    void keepsTheKnownKeyWhenTheCatalogCannotBeAsked(char identity, FailureKind kind) {
        catalog.key(1, "b", "a");
        send(PgOutputWriter.relation(1, "public", "t", identity, "*a 20", "*b 20", "c 25"));
        CapturedTable before = relations.find(1);
        catalog.failure = new SourceException(kind, "sorry, too many clients already", null, null);

        send(PgOutputWriter.relation(1, "public", "t", identity, "*a 20", "*b 20", "c 25"));

        assertThat(catalog.asked)
                .as("a key may change without a word in the log")
                .hasSize(2);
        assertThat(relations.find(1)).isSameAs(before);
        assertThat(schema().key()).containsExactly("b", "a");
        catalog.failure = null;
        catalog.key(1, "a", "b");
        send(PgOutputWriter.relation(1, "public", "t", identity, "*a 20", "*b 20", "c 25"));
        assertThat(schema().key()).containsExactly("a", "b");
    }

    @Test
    void guessesNoKeyForOtherColumnsOrWhenAskingFailsForGood() {
        catalog.key(1, "a");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "a 20", "b 20"));
        catalog.failure = SourceException.transientFailure("gone", null);
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> send(PgOutputWriter.relation(1, "public", "t", 'f', "a 20", "b 20", "c 20")))
                .withMessageContaining("gone");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> send(PgOutputWriter.relation(2, "public", "u", 'f', "a 20", "b 20")));
        catalog.failure = SourceException.configuration("refused", "grant it");
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> send(PgOutputWriter.relation(1, "public", "t", 'f', "a 20", "b 20")));
    }

    @Test
    void asksNothingWhenTheServerRepeatsADescriptionUnderDefault() {
        catalog.key(1, "a");
        for (int i = 0; i < 3; i++) {
            send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "b 20"));
        }
        send(PgOutputWriter.relation(1, "public", "t", 'd', "a 20", "*b 20"));

        assertThat(catalog.asked).containsExactly(1, 1);
        assertThat(schema().key()).containsExactly("b");
    }

    @Test
    void halfAPublishedKeyIsNoKey() {
        catalog.hiddenKey(1, "a", "hidden");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "c 25"));

        assertThat(schema().key()).isEmpty();
        assertThat(log.list).hasSize(1);
    }

    @Test
    @DisplayName("PG-13, PG-16: under FULL and INDEX the key is the real primary key, not the replica identity")
    void takesTheKeyFromTheCatalogWhereTheFlagsMeanSomethingElse() {
        catalog.key(1, "id");
        for (char identity : new char[] {'f', 'i'}) {
            send(PgOutputWriter.relation(1, "public", "t", identity, "id 20", "*email 25"));
            assertThat(schema().key()).as("identity %s", identity).containsExactly("id");
        }
        assertThat(log.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .contains("USING INDEX on [email], which lacks columns of its primary key [id]")
                        .contains("ALTER TABLE \"public\".\"t\" REPLICA IDENTITY DEFAULT;"));
    }

    @Test
    @DisplayName(
            "Under FULL a description that lacks a column of the present key is older than that key: the known one holds")
    void fallsBackOnTheKnownKeyWhereTheDescriptionIsOlderThanThePresentOne() {
        know(List.of("id"), "id int8", "email text");
        catalog.key(1, "uid");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25"));
        assertThat(schema().key()).containsExactly("id");

        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25", "*uid 2950"));
        assertThat(schema().key()).containsExactly("uid");
    }

    @Test
    @DisplayName("Under FULL rows of a table that was dropped since have the key that was known")
    void fallsBackOnTheKnownKeyOfADroppedTable() {
        know(List.of("id"), "id int8", "email text");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25"));

        assertThat(schema().key()).containsExactly("id");
    }

    @Test
    void aKnownKeyThatTheRowsDoNotHaveIsNoKey() {
        know(List.of("gone"), "gone int8");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25"));

        assertThat(schema().key()).isEmpty();
    }

    @Test
    @DisplayName("Under FULL a present key of which the publication hides a column is no key, whatever was known")
    void aHiddenKeyIsNoKey() {
        know(List.of("id"), "id int8", "email text");
        catalog.hiddenKey(1, "uid");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25"));

        assertThat(schema().key()).isEmpty();
    }

    @Test
    @DisplayName(
            "Under FULL a key that was dropped without another is none: its old columns may no longer tell rows apart")
    void aDroppedKeyIsNoKey() {
        know(List.of("id"), "id int8", "email text");
        catalog.key(1);
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25"));

        assertThat(schema().key()).isEmpty();
    }

    @Test
    void aKeyThatGrewByANewColumnIsNotYetThatOfOlderRows() {
        catalog.key(1, "a", "later");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "b 20"));

        assertThat(schema().key()).containsExactly("a");
    }

    @Test
    void asksAgainForTheOrderOfAKeyOfSeveralColumns() {
        catalog.key(1, "a", "b");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "*b 20"));
        catalog.key(1, "b", "a");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "*b 20"));

        assertThat(schema().key()).containsExactly("b", "a");
    }

    @Test
    void asksNothingUnderDefaultWhereTheStartKnewTheSameColumn() {
        catalog.atStart.put(1, new TableFacts(List.of("a"), true));
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*a 20", "b 20"));

        assertThat(catalog.asked).isEmpty();
        assertThat(schema().key()).containsExactly("a");
    }

    @Test
    @DisplayName("What the catalog said at the start is not believed under FULL: the key may have changed since")
    void doesNotBelieveTheStartUnderFull() {
        catalog.atStart.put(1, new TableFacts(List.of("id"), true));
        catalog.key(1, "email");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20", "*email 25"));

        assertThat(schema().key()).containsExactly("email");
    }

    @Test
    @DisplayName("PG-14: a FULL table without a primary key has no key and is warned about once, over all connections")
    void warnsOnceAboutATableWithoutAKey() {
        for (int connection = 0; connection < 3; connection++) {
            relations = connect();
            send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20"));
            send(PgOutputWriter.relation(2, "public", "Odd\"name", 'd', "id 20"));
            send(PgOutputWriter.relation(3, "public", "silent", 'n', "id 20"));
        }

        assertThat(schema().key()).isEmpty();
        assertThat(log.list).allMatch(event -> event.getLevel() == Level.WARN);
        assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
                .hasSize(3)
                .anyMatch(text -> text.contains("ALTER TABLE \"public\".\"t\" ADD PRIMARY KEY"))
                .anyMatch(text -> text.contains("ALTER TABLE \"public\".\"Odd\"\"name\" ADD PRIMARY KEY"))
                .anyMatch(text -> text.contains("ALTER TABLE \"public\".\"silent\" REPLICA IDENTITY DEFAULT;"));
    }

    @Test
    @DisplayName("PG-17: the key of a table that joins later is looked up with its RELATION")
    void asksTheCatalogForEachDescriptionUnderFull() {
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20"));
        catalog.key(1, "id");
        send(PgOutputWriter.relation(1, "public", "t", 'f', "*id 20"));

        assertThat(schema().key()).containsExactly("id");
        assertThat(catalog.asked).containsExactly(1, 1);
    }

    @Test
    void keepsTheColumnsInstanceWhileTheDescriptionStaysTheSame() {
        catalog.key(1, "id");
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*id 20", "a 25"));
        CapturedTable first = relations.find(1);
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*id 20", "a 25"));
        CapturedTable same = relations.find(1);
        send(PgOutputWriter.relation(1, "public", "t", 'd', "*id 20", "a 1043"));

        assertThat(same).isSameAs(first);
        assertThat(relations.find(1)).isNotSameAs(first);
    }

    @Test
    void asksNothingAboutATableNobodyWants() {
        send(PgOutputWriter.relation(1, "other", "t", 'f', "*id 20"));

        assertThat(relations.find(1)).isNull();
        assertThat(catalog.asked).isEmpty();
        assertThat(log.list).isEmpty();
    }

    @Test
    @DisplayName("PG-33: an unknown relation, or one that makes no table, is an error")
    void refusesWhatItCannotDescribe() {
        refuses(() -> relations.find(7), "relation 7, which the server has not described");
        refuses(() -> send(PgOutputWriter.relation(1, "public", "t", 'd', "a 20", "a 25")), "'a' is named twice");
        refuses(() -> send(PgOutputWriter.relation(1, "public", "t", 'x', "a 20")), "replica identity 0x78");
        refuses(() -> send(PgOutputWriter.relation(1, "public", "", 'd', "a 20")), "RELATION 1 makes no table");
    }

    private Relations connect() {
        return new Relations(
                TableFilter.of("public.*"),
                new TableKeys(catalog, keyless),
                new ColumnTypes(type -> List.of()),
                acknowledged);
    }

    private void know(List<String> key, String... columns) {
        TableSchema schema = new TableSchema(
                TABLE,
                Arrays.stream(columns)
                        .map(column -> column.split(" "))
                        .map(column -> new ColumnSchema(column[0], column[1]))
                        .toList(),
                key);
        acknowledged.put(TABLE, new AcknowledgedSchema(schema, "0/00000001"));
        relations = connect();
    }

    private void send(ByteBuffer message) {
        PgOutputMessage decoded = PgOutputDecoder.decode(message);
        if (decoded instanceof PgOutputMessage.TypeName type) {
            relations.put(type);
        } else {
            relations.put((PgOutputMessage.Relation) decoded);
        }
    }

    private TableSchema schema() {
        return relations.find(1).schema();
    }

    private static void refuses(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String reason) {
        assertThatExceptionOfType(SourceException.class).isThrownBy(call).withMessageContaining(reason);
    }
}
