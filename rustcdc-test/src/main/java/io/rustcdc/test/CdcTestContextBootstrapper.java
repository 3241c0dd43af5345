package io.rustcdc.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Reads the properties of {@link CdcTest}. */
final class CdcTestContextBootstrapper extends TestSliceTestContextBootstrapper<CdcTest> {}
