package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.test.CdcTester;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the test that docs/testing.md shows. */
class TestingPageTests {

    private static final Page PAGE = Page.named("docs/testing.md");

    @Test
    void theTestOnThePagePasses(@TempDir Path folder) throws Exception {
        List<CodeBlock> files = PAGE.blocksIn("java").stream()
                .filter(block -> block.text().startsWith("package com.example.shop;"))
                .toList();
        assertThat(JavaCompilation.compile(files, folder)).isEmpty();
        ClassLoader outer = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, outer)) {
            Thread.currentThread().setContextClassLoader(classes);
            SummaryGeneratingListener summary = new SummaryGeneratingListener();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(
                                            classes.loadClass("com.example.shop.OrderTotalsTests")))
                                    .build(),
                            summary);
            TestExecutionSummary result = summary.getSummary();
            assertThat(result.getFailures().stream()
                            .map(failure ->
                                    failure.getTestIdentifier().getDisplayName() + ": " + failure.getException())
                            .toList())
                    .isEmpty();
            assertThat(result.getTestsSucceededCount()).isEqualTo(3);
        } finally {
            Thread.currentThread().setContextClassLoader(outer);
        }
    }

    @Test
    void namesEveryCall() {
        String table = PAGE.prose().stream()
                .dropWhile(line -> !line.equals("| call | what happens |"))
                .takeWhile(line -> line.startsWith("|"))
                .collect(Collectors.joining("\n"));
        Set<String> named = Pattern.compile("`(\\w+)\\(")
                .matcher(table)
                .results()
                .map(call -> call.group(1))
                .collect(Collectors.toSet());
        Set<String> there = Arrays.stream(CdcTester.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertThat(named).isEqualTo(there);
    }
}
