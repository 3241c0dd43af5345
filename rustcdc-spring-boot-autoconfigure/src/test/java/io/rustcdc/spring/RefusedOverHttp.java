package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.assertj.core.api.ThrowingConsumer;
import tools.jackson.databind.json.JsonMapper;

/** A request to an endpoint that is refused, where whoever asked is told why. */
final class RefusedOverHttp {

    private RefusedOverHttp() {}

    static ThrowingConsumer<HttpResponse<String>> with(String... reasons) {
        return response -> {
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(JsonMapper.shared()
                            .readTree(response.body())
                            .path("refused")
                            .asString())
                    .contains(reasons);
        };
    }
}
