package dev.webhookdb.doctor;

import dev.webhookdb.ledger.Imbalance;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.List;

/** Webhooks that were acknowledged and are missing, by the books that the platform's database keeps of them. */
final class LossesCheck {
    static final String NAME = "lost_webhooks";

    private final Database platform;

    LossesCheck(Database platform) {
        this.platform = platform;
    }

    List<Finding> examine() {
        Findings findings = new Findings(NAME);
        Imbalance.openOrUnexplained(platform).forEach(one -> add(findings, one));
        return findings.orOk("Every webhook of the last eight days that was acknowledged is accounted for.");
    }

    private static void add(Findings findings, Imbalance one) {
        String when = "that %s received between %s and %s"
                .formatted(one.endpoint(), one.hour(), one.hour().plus(Duration.ofHours(1)));
        if (one.isSurplus()) {
            findings.warning(
                    "%s %s counted twice."
                            .formatted(
                                    Findings.count(-one.webhooks(), "webhook", "webhooks"),
                                    when + (one.webhooks() == -1 ? " was" : " were")),
                    "Please report this defect, with the server's log of that time.");
            return;
        }
        findings.problem(
                "%s %s lost."
                        .formatted(
                                Findings.count(one.webhooks(), "webhook", "webhooks"),
                                when + (one.webhooks() == 1 ? " is" : " are")),
                "'%s' stores what is lost from the log. Please report this defect, with the server's log of that time."
                        .formatted(one.replay()));
    }
}
