package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rustcdc.spring.actuate.CdcDoctorEndpoint;
import io.rustcdc.spring.actuate.CdcEndpoint;
import io.rustcdc.spring.metrics.CdcMetrics;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class ActuatorAutoConfigurationTests {

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CdcAutoConfiguration.class,
                    CdcEndpointAutoConfiguration.class,
                    CdcHealthContributorAutoConfiguration.class,
                    CdcMetricsAutoConfiguration.class,
                    EndpointAutoConfiguration.class,
                    WebEndpointAutoConfiguration.class));

    @Test
    void theEndpointIsNotExposedByDefault() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CdcEndpoint.class));
    }

    @Test
    void theEndpointCannotChangeAnythingByDefault() {
        exposed()
                .run(context -> assertThat(operations(context))
                        .containsExactlyInAnyOrder(OperationType.READ, OperationType.READ));
    }

    @Test
    void theEndpointCanBeOpened() {
        exposed()
                .withPropertyValues("management.endpoint.cdc.access=UNRESTRICTED")
                .run(context -> assertThat(operations(context)).contains(OperationType.WRITE));
    }

    @Test
    void checkpointsCannotBeChangedByDefault() {
        exposedCheckpoints()
                .run(context -> assertThat(operations(context, "cdccheckpoints"))
                        .containsOnly(OperationType.READ)
                        .hasSize(3));
    }

    @Test
    void theDoctorIsExposedOnlyWhenAskedForAndChangesNothing() {
        runner.run(context -> assertThat(context).doesNotHaveBean(CdcDoctorEndpoint.class));
        runner.withPropertyValues(
                        "management.endpoints.web.exposure.include=cdcdoctor",
                        "management.endpoint.cdcdoctor.access=UNRESTRICTED")
                .run(context -> assertThat(operations(context, "cdcdoctor"))
                        .containsOnly(OperationType.READ)
                        .hasSize(2));
    }

    @Test
    void checkpointsCanBeOpenedForChanges() {
        exposedCheckpoints()
                .withPropertyValues("management.endpoint.cdccheckpoints.access=UNRESTRICTED")
                .run(context -> assertThat(operations(context, "cdccheckpoints"))
                        .contains(OperationType.WRITE, OperationType.DELETE));
    }

    private WebApplicationContextRunner exposedCheckpoints() {
        return runner.withPropertyValues("management.endpoints.web.exposure.include=cdccheckpoints");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rustcdc.postgres.shop.password",
                "rustcdc.mysql.my-shop.transport.client-key-password",
                "rustcdc.postgres.shop.transport.clientKeyPassword",
                "rustcdc.sqlserver.shop.transforms.hash-key",
                "RUSTCDC_POSTGRES_SHOP_PASSWORD",
                "RUSTCDC_POSTGRES_SHOP_TRANSPORT_CLIENTKEYPASSWORD"
            })
    @DisplayName("SE-01 no endpoint shows a setting that holds a secret, even one that shows values")
    void secretsAreHidden(String key) {
        runner.run(context -> {
            SanitizingFunction function = context.getBean(SanitizingFunction.class);
            assertThat(function.applyUnlessFiltered(new SanitizableData(null, key, "s3cret"))
                            .getValue())
                    .isEqualTo(SanitizableData.SANITIZED_VALUE);
            assertThat(function.applyUnlessFiltered(
                                    new SanitizableData(null, "rustcdc.postgres.shop.transport.client-key-path", "/k"))
                            .getValue())
                    .isEqualTo("/k");
        });
    }

    @Test
    void theHealthCanBeSwitchedOff() {
        runner.run(context -> assertThat(context).hasBean("cdcHealthContributor"));
        runner.withPropertyValues("management.health.cdc.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("cdcHealthContributor"));
    }

    @Test
    void theHealthCanBeReplaced() {
        runner.withBean(
                        "cdcHealthIndicator",
                        HealthIndicator.class,
                        () -> () -> Health.unknown().build())
                .run(context -> assertThat(context).doesNotHaveBean("cdcHealthContributor"));
    }

    @Test
    void metricsNeedARegistry() {
        runner.run(context -> assertThat(context).doesNotHaveBean(CdcMetrics.class));
        runner.withBean(SimpleMeterRegistry.class)
                .run(context -> assertThat(context).hasSingleBean(CdcMetrics.class));
    }

    @Test
    void nothingIsThereWhenCaptureIsDisabled() {
        exposed()
                .withBean(SimpleMeterRegistry.class)
                .withPropertyValues("rustcdc.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(CdcEndpoint.class)
                        .doesNotHaveBean(CdcMetrics.class)
                        .doesNotHaveBean("cdcHealthContributor"));
    }

    private WebApplicationContextRunner exposed() {
        return runner.withPropertyValues("management.endpoints.web.exposure.include=cdc");
    }

    private static List<OperationType> operations(ApplicationContext context) {
        return operations(context, "cdc");
    }

    private static List<OperationType> operations(ApplicationContext context, String id) {
        ExposableWebEndpoint endpoint = context.getBean(WebEndpointsSupplier.class).getEndpoints().stream()
                .filter(candidate -> candidate.getEndpointId().toString().equals(id))
                .findFirst()
                .orElseThrow();
        return endpoint.getOperations().stream()
                .map(operation -> operation.getType())
                .toList();
    }
}
