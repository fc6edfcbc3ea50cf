package dev.webhookdb.doctor;

import dev.webhookdb.connector.Installed;
import dev.webhookdb.connector.InstalledDestination;
import java.util.List;

/** Which connectors and destinations are refused, and why: the same words as those of {@code connectors check}. */
final class PluginsCheck {
    static final String CONNECTORS = "connectors";
    static final String DESTINATIONS = "destinations";

    private PluginsCheck() {}

    static List<Finding> connectors(List<Installed> all) {
        Findings findings = new Findings(CONNECTORS);
        for (Installed one : all) {
            if (one instanceof Installed.Refused refused) {
                findings.problem(
                        "The server refuses %s: %s".formatted(refused.path(), refused.problem()), refused.remedy());
            }
        }
        if (all.isEmpty()) {
            findings.warning(
                    "No connectors are installed.",
                    "Put their JARs into the directory that connectors-dir names; the distribution has some in connectors/.");
        }
        return findings.orOk("%s can be used.".formatted(Findings.count(all.size(), "connector", "connectors")));
    }

    static List<Finding> destinations(List<InstalledDestination> all) {
        Findings findings = new Findings(DESTINATIONS);
        for (InstalledDestination one : all) {
            if (one instanceof InstalledDestination.Refused refused) {
                findings.problem(
                        "The server refuses %s: %s".formatted(refused.path(), refused.problem()), refused.remedy());
            }
        }
        return findings.orOk("%s can be used.".formatted(Findings.count(all.size(), "destination", "destinations")));
    }
}
