package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.event.EventSource;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOffset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That JSON on the pages has the form that is really written. */
class JsonBlocksTests {

    private static final JsonMapper json = JsonMapper.shared();

    static Stream<CodeBlock> blocks() {
        return Page.blocks("json").stream();
    }

    static Stream<CodeBlock> checkpoints() {
        return blocks().filter(block -> block.attribute("of").equals("checkpoint"));
    }

    /** A fence {@code json of=checkpoint} says what it shows; the endpoint and the envelopes are compared by their pages' tests. */
    @ParameterizedTest
    @MethodSource("blocks")
    void saysWhatItShows(CodeBlock block) {
        assertThat(block.attribute("of"))
                .as(block.where())
                .isIn("checkpoint", "doctor", "endpoint", "envelope", "schema-change");
        assertThat(json.readTree(block.text()).isObject()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void hasTheKeysOfACheckpoint(CodeBlock block, @TempDir Path folder) throws IOException {
        JsonNode shown = json.readTree(block.text());
        assertThat(keys(shown)).as(block.where()).isEqualTo(keys(checkpoint(shown, folder)));
    }

    @Test
    void comparesKeysAtEveryDepth() {
        assertThat(keys(json.readTree("{\"a\": {\"b\": 1}, \"c\": null}"))).containsExactly("a", "a.b", "c");
    }

    /** A checkpoint at the offset that the page shows, as the store writes it. */
    private static JsonNode checkpoint(JsonNode shown, Path folder) throws IOException {
        EventSource source = new EventSource("shop", PostgresConnector.TYPE);
        FileCheckpointStore store = new FileCheckpointStore(folder, source, PostgresOffset::parse);
        PostgresOffset offset = PostgresOffset.parse(json.convertValue(shown.get("offset"), Map.class));
        store.acquire();
        try {
            store.save(new Checkpoint(offset, 1));
            return json.readTree(Files.readString(Path.of(store.location())));
        } finally {
            store.release();
        }
    }

    static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        collect("", node, keys);
        return keys;
    }

    private static void collect(String prefix, JsonNode node, List<String> keys) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            keys.add(prefix + field.getKey());
            collect(prefix + field.getKey() + ".", field.getValue(), keys);
        }
    }
}
