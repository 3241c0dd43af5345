package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.deadletter.MemoryDeadLetterStore;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcTransform;
import io.rustcdc.spring.DeadLetterStoreFactory;
import io.rustcdc.test.databases.FreePorts;
import io.rustcdc.transform.SkippedChanges;
import io.rustcdc.transform.Transform;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Which transforms a source has, in which order, and what is refused. Without a database: the host is down. */
class TransformSettingsTests {

    private static final String RULES = "rustcdc.postgres.shop.transforms.rules.";
    private static final String SECRET = "0123456789abcdef";

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void configure() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withUserConfiguration(Listener.class)
                .withPropertyValues("rustcdc.checkpoint.directory=" + directory)
                .withPropertyValues(source("shop"));
    }

    private static String[] source(String name) {
        String key = "rustcdc.postgres." + name;
        return new String[] {
            key + ".host=127.0.0.1",
            key + ".port=" + FreePorts.next(),
            key + ".database=shop",
            key + ".user=cdc",
            key + ".password=cdc"
        };
    }

    private static List<String> transforms(AssertableApplicationContext context, String source) {
        assertThat(context).hasNotFailed();
        ConfiguredSources sources = context.getBean(ConfiguredSources.class);
        for (ConfiguredSource each : sources) {
            if (each.name().equals(source)) {
                return new SourceTransforms(
                                context.getSourceApplicationContext().getBeanFactory(), sources.names())
                        .of(each, false)
                        .names();
            }
        }
        throw new AssertionError(source);
    }

    private Refusal refusal(String... properties) {
        Refusal[] refusal = new Refusal[1];
        runner.withPropertyValues(properties).run(context -> refusal[0] = Refusal.of(context));
        return refusal[0];
    }

    @Test
    void thereAreNoneUnlessConfigured() {
        runner.run(context -> assertThat(transforms(context, "shop")).isEmpty());
    }

    @Test
    @DisplayName(
            "Rules are ordered by what they do and by name, renaming last, whatever the order of the configuration")
    void rulesAreOrderedByWhatTheyDo() {
        runner.withPropertyValues(
                        "rustcdc.postgres.shop.transforms.hash-key=" + SECRET,
                        RULES + "b.rename=tel=phone, a = b",
                        RULES + "b.mask=tel",
                        RULES + "b.mask-with=#",
                        RULES + "b.mask-keep-last=4",
                        RULES + "b.exclude=notes",
                        RULES + "c.include=id,name",
                        RULES + "c.nullify=name",
                        RULES + "a.tables=public.customers",
                        RULES + "a.hash=email",
                        RULES + "a.mask=*card*")
                .run(context -> assertThat(transforms(context, "shop"))
                        .containsExactly(
                                "a.hash", "a.mask", "b.mask", "c.nullify", "c.include", "b.exclude", "b.rename"));
    }

    @Test
    @DisplayName("Beans of an order below 0 come before the rules, the others after them; one may be for some sources")
    void beansStandAroundTheRules() {
        runner.withPropertyValues(source("other-shop"))
                .withPropertyValues(
                        "rustcdc.defaults.transforms.rules.r.exclude=notes", "other=other-shop", "wanted=otherShop")
                .withUserConfiguration(Beans.class)
                .run(context -> {
                    assertThat(transforms(context, "shop"))
                            .containsExactly("first", "second", "r.exclude", "ordered", "plain");
                    assertThat(transforms(context, "other-shop"))
                            .containsExactly("first", "second", "r.exclude", "ordered", "plain", "onlyOther");
                });
    }

    @Test
    void aRuleOfASourceReplacesThatOfTheDefaults() {
        runner.withPropertyValues(source("other"))
                .withPropertyValues(
                        "other=other",
                        "rustcdc.defaults.transforms.rules.r.exclude=notes",
                        "rustcdc.defaults.transforms.rules.all.mask=phone",
                        RULES + "r.nullify=notes")
                .run(context -> {
                    assertThat(transforms(context, "shop")).containsExactly("all.mask", "r.nullify");
                    assertThat(transforms(context, "other")).containsExactly("all.mask", "r.exclude");
                });
    }

    @ParameterizedTest
    @DisplayName("TF-11 a rule that makes no sense is refused at the start, with its place")
    @CsvSource(
            delimiter = '|',
            value = {
                "r.tables=public.orders | it says nothing to do | exclude: notes",
                "r.include=a;r.exclude=b | both include and exclude | Keep one",
                "r.exclude=b;r.mask-with=x | it has mask-with, but no column to mask | mask: phone, email",
                "r.exclude=b;r.mask-keep-last=2 | it has mask-keep-last, but no column | mask: phone, email",
                "r.mask=Phone;r.hash=phone | column 'phone' both in mask and in hash | Keep one",
                "r.mask=a;r.mask-with= | The text of a mask must not be empty | Correct it",
                "r.mask=a;r.mask-keep-last=-1 | found -1 | Correct it",
                "r.rename=tel | expected old=new, found 'tel' | Correct it",
                "r.rename=tel=a,tel=b | column 'tel' twice | Correct it",
                "r.exclude[0]=;r.exclude[1]=b | must not be blank | Correct it",
            })
    void nonsenseIsRefused(String settings, String says, String advises) {
        String[] properties = List.of(settings.split(";")).stream()
                .map(setting -> RULES + setting)
                .toArray(String[]::new);
        refusal(properties)
                .says("Rule 'r' of source 'shop' (rustcdc.postgres.shop.transforms.rules.r", says)
                .advises(advises);
    }

    @Test
    void twoSpellingsOfOneNameAreRefused() {
        refusal(RULES + "no-notes.exclude=notes", RULES + "nonotes.exclude=notes")
                .says("'no-notes' and 'nonotes'")
                .advises("without dashes");
    }

    @Test
    @DisplayName("A column's name as a key would lose its underscores; it is refused with the way to write it")
    void renamesAreAList() {
        refusal(RULES + "r.rename.cust_name=name").says("rename").advises("as a list of old=new");
    }

    @Test
    void hashesNeedAKeyThatCannotBeGuessed() {
        refusal(RULES + "r.hash=email")
                .says("there is no transforms.hash-key")
                .advises(
                        "openssl rand -hex 32",
                        "  postgres:\n    shop:\n      transforms:\n        hash-key: ${CDC_HASH_KEY}");
        refusal(RULES + "r.hash=email", "rustcdc.defaults.transforms.hash-key=s3cret")
                .says("16 bytes or more, found 6")
                .advises("hash-key: ${CDC_HASH_KEY}")
                .hides("s3cret");
    }

    @Test
    @DisplayName("RT-17 skipping is refused as long as nobody keeps what is skipped")
    void skippingNeedsAKeeper() {
        String skip = "rustcdc.postgres.shop.transforms.on-error=skip";
        refusal(skip)
                .says("'shop'", "no dead letters and no SkippedChanges bean")
                .advises("on-error: halt", "SkippedChanges", "store: jdbc");
        runner.withPropertyValues(skip)
                .withBean(
                        DeadLetterStoreFactory.class,
                        () -> (source, format, checkpoints) -> new MemoryDeadLetterStore(10))
                .run(context -> assertThat(context).hasNotFailed());
        runner.withPropertyValues(skip)
                .withUserConfiguration(Keeper.class)
                .run(context -> assertThat(context).hasNotFailed());
        runner.withPropertyValues(skip)
                .withUserConfiguration(Keeper.class, OtherKeeper.class)
                .run(context ->
                        Refusal.of(context).says("several SkippedChanges beans").advises("@Primary"));
        runner.withPropertyValues(skip)
                .withUserConfiguration(Keeper.class, OtherKeeper.class, MainKeeper.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aBeanForASourceThatDoesNotExistIsRefused() {
        runner.withPropertyValues("wanted=stock")
                .withUserConfiguration(Beans.class)
                .run(context -> Refusal.of(context)
                        .says("Transform 'onlyOther' is for source 'stock'", "configured: shop")
                        .advises("@CdcTransform"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Listener {

        @CdcListener(source = "shop", tables = "public.orders")
        void on(ChangeEvent<Row> event) {}

        @CdcListener(source = "${other:shop}", id = "other", tables = "public.orders")
        void onOther(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        Transform plain() {
            return event -> event;
        }

        @Bean
        @CdcTransform(source = "${wanted}")
        Transform onlyOther() {
            return event -> event;
        }

        @Bean
        @Order(-1)
        Transform second() {
            return event -> event;
        }

        @Bean
        InOrder first() {
            return new InOrder(-2);
        }

        @Bean
        InOrder ordered() {
            return new InOrder(0);
        }
    }

    record InOrder(int getOrder) implements Transform, Ordered {

        @Override
        public ChangeEvent<Row> apply(ChangeEvent<Row> event) {
            return event;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Keeper {

        @Bean
        SkippedChanges keeper() {
            return (source, event, transform, cause) -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherKeeper {

        @Bean
        SkippedChanges otherKeeper() {
            return (source, event, transform, cause) -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MainKeeper {

        @Bean
        @Primary
        SkippedChanges mainKeeper() {
            return (source, event, transform, cause) -> {};
        }
    }
}
