package io.rustcdc.test;

import io.rustcdc.spring.CdcListener;
import java.io.IOException;
import java.util.Set;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** Leaves out of the scan what has no listener. */
final class CdcTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<CdcTest> {

    private final Class<?>[] listeners;

    CdcTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
        this.listeners = getAnnotation().getValue("listeners", Class[].class).orElse(new Class<?>[0]);
    }

    @Override
    protected boolean defaultInclude(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
        return super.defaultInclude(reader, factory)
                || (listeners.length == 0
                        && reader.getAnnotationMetadata().hasAnnotatedMethods(CdcListener.class.getName()));
    }

    @Override
    protected Set<Class<?>> getComponentIncludes() {
        return Set.of(listeners);
    }
}
