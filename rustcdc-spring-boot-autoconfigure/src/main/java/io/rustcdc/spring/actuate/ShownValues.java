package io.rustcdc.spring.actuate;

import java.util.Set;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

/**
 * Who may see values of rows.
 *
 * @param roles of which one authorizes; empty for everybody who is authenticated
 */
public record ShownValues(Show show, Set<String> roles) {

    public ShownValues {
        roles = Set.copyOf(roles);
    }

    boolean areShown(SecurityContext security) {
        return show.isShown(security, roles);
    }
}
