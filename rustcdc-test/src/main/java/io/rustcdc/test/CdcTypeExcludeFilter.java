package io.rustcdc.test;

import io.rustcdc.spring.CdcListener;
import io.rustcdc.transform.SkippedChanges;
import io.rustcdc.transform.Transform;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.core.type.filter.TypeFilter;

/** Leaves out of the scan what has no listener and is no transform. */
final class CdcTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<CdcTest> {

    private static final List<TypeFilter> ON_THE_WAY =
            List.of(new AssignableTypeFilter(Transform.class), new AssignableTypeFilter(SkippedChanges.class));

    private final Class<?>[] listeners;

    CdcTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
        this.listeners = getAnnotation().getValue("listeners", Class[].class).orElse(new Class<?>[0]);
    }

    @Override
    protected boolean defaultInclude(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
        return super.defaultInclude(reader, factory)
                || isOnTheWay(reader, factory)
                || (listeners.length == 0
                        && reader.getAnnotationMetadata().hasAnnotatedMethods(CdcListener.class.getName()));
    }

    /** Whatever listeners there are, changes pass the transforms first. */
    private static boolean isOnTheWay(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
        for (TypeFilter type : ON_THE_WAY) {
            if (type.match(reader, factory)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected Set<Class<?>> getComponentIncludes() {
        return Set.of(listeners);
    }
}
