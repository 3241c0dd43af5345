package io.rustcdc.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of listeners without a database. The context holds the components that have {@code @CdcListener} methods or are transforms,
 * and what they need is imported by the test. The engine is the real one: changes come from {@link CdcTester} instead of a server, and positions
 * are kept in memory.
 *
 * <pre>{@code
 * @CdcTest
 * @Import(OrderTotals.class)
 * class OrderListenerTests {
 *
 *     @Autowired
 *     CdcTester cdc;
 *
 *     @Test
 *     void addsUp() {
 *         cdc.emit(insert("public.orders", order));
 *         cdc.awaitAcknowledged();
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>The sources are those of the application's configuration, with nobody connected to; a source {@code test} where it has none. A
 * placeholder of a host, database, user, password or key of hashes that cannot be resolved does not matter. Transactional delivery and
 * the removal of outbox rows are switched off, since nothing is stored in a database. Calls that fail are repeated after a millisecond unless the configuration says
 * otherwise. Each test begins with what was emitted before it forgotten.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@BootstrapWith(CdcTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(CdcTypeExcludeFilter.class)
@ImportAutoConfiguration
public @interface CdcTest {

    /** Properties as {@code key=value}, added to the environment. */
    String[] properties() default {};

    /** The components with listeners to include; all of them when empty. */
    @AliasFor("listeners")
    Class<?>[] value() default {};

    /** The components with listeners to include; all of them when empty. */
    @AliasFor("value")
    Class<?>[] listeners() default {};

    /** Whether components with listeners are included. */
    boolean useDefaultFilters() default true;

    /** Further components to include. */
    Filter[] includeFilters() default {};

    /** Components to leave out. */
    Filter[] excludeFilters() default {};

    /** Auto-configurations to leave out. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
