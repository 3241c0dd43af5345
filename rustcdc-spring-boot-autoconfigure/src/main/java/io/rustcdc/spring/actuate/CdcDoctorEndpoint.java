package io.rustcdc.spring.actuate;

import io.rustcdc.spring.CdcEngines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Checks all that the sources need of their servers, whether they run or not. Each call connects to the servers anew, and changes
 * nothing there; calls at the same time wait for each other.
 */
@Endpoint(id = "cdcdoctor", defaultAccess = Access.READ_ONLY)
public final class CdcDoctorEndpoint {

    private final CdcEngines engines;
    private final Lock one = new ReentrantLock();

    public CdcDoctorEndpoint(CdcEngines engines) {
        this.engines = engines;
    }

    /** The prerequisites of all sources, by the sources' names. */
    @ReadOperation
    public Sources sources() {
        Map<String, DoctorDescription> sources = new LinkedHashMap<>();
        for (String name : engines.names()) {
            sources.put(name, look(name));
        }
        return new Sources(sources);
    }

    /** Those of one source; null (not found) when there is none of that name. */
    @ReadOperation
    public @Nullable DoctorDescription source(@Selector String source) {
        return engines.names().contains(source) ? look(source) : null;
    }

    private DoctorDescription look(String source) {
        one.lock();
        try {
            return DoctorDescription.of(engines.get(source).diagnose());
        } finally {
            one.unlock();
        }
    }

    /** All sources by name. */
    public record Sources(Map<String, DoctorDescription> sources) implements OperationResponseBody {}
}
