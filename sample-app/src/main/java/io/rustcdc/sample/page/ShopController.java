package io.rustcdc.sample.page;

import io.rustcdc.sample.shop.Comparison;
import io.rustcdc.sample.shop.ReadModelCheck;
import io.rustcdc.sample.shop.SalesReport;
import io.rustcdc.sample.shop.Totals;
import java.time.Duration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What the page asks for, beside the actuator's endpoints. */
@RestController
class ShopController {

    private static final int LONGEST_PATIENCE_SECONDS = 300;

    private final LiveFeed feed;
    private final SalesReport report;
    private final ReadModelCheck check;

    ShopController(LiveFeed feed, SalesReport report, ReadModelCheck check) {
        this.feed = feed;
        this.report = report;
        this.check = check;
    }

    @GetMapping("/api/changes")
    SseEmitter changes() {
        return feed.connect();
    }

    @GetMapping("/api/totals")
    Totals totals() {
        return report.totals();
    }

    /**
     * Holds the writer and compares the read model with the table.
     *
     * @param patience seconds that the changes under way get to arrive
     */
    @GetMapping("/api/verify")
    Comparison verify(@RequestParam(defaultValue = "5") int patience) {
        return check.compare(Duration.ofSeconds(Math.min(Math.max(patience, 0), LONGEST_PATIENCE_SECONDS)));
    }
}
