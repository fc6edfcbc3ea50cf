package dev.webhookdb.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table whose rows are sent to targets that come and go. */
final class SyncedTable {
    private static final Pattern ID = Pattern.compile("\"id\": ?\"(syt_[^\"]+)\"");

    private final HostProcess host;
    private final Measurement.Made made;

    SyncedTable(HostProcess host, Measurement.Made made) {
        this.host = host;
        this.made = made;
    }

    String table() {
        return made.table();
    }

    /** Returns the URL of its database. */
    String connection() {
        return made.url();
    }

    /**
     * Makes a target.
     *
     * @param kind {@code http} or {@code db}
     * @param more members of a JSON object
     * @return its id
     */
    String create(String kind, String url, String more) {
        String answer = host.call(
                "POST",
                "/organizations/sync/sync_targets/%s/create".formatted(kind),
                "{\"service_integration_identifier\":\"%s\",\"connection_url\":\"%s\",%s}"
                        .formatted(made.table(), url, more));
        Matcher matcher = ID.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException(answer);
        }
        return matcher.group(1);
    }

    void delete(String kind, String id) {
        host.call(
                "POST",
                "/organizations/sync/sync_targets/%s/%s/delete".formatted(kind, id),
                "{\"confirm\":\"%s\"}".formatted(made.table()));
    }
}
