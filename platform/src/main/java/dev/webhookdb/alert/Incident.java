package dev.webhookdb.alert;

import dev.webhookdb.sql.Row;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * What an organization has to know.
 *
 * @param subject the opaque id of an endpoint or integration
 * @param services what it fills, by name
 * @param tables and into which tables
 * @param number how often it happened
 * @param since when it happened first
 * @param latest when it happened last
 * @param reason what was written down the last time
 */
record Incident(
        long organizationId,
        String organizationKey,
        String organizationName,
        Cause cause,
        String subject,
        String services,
        String tables,
        long number,
        Instant since,
        Instant latest,
        String reason) {

    /** What went wrong, in the words of {@link Detector}'s statement, and what that means to people. */
    enum Cause {
        REJECTED(
                "Webhooks for %s are rejected.",
                "The secret is probably wrong, or was changed at the provider: 'webhookdb integrations reset %s' asks for it, and verifies again what was rejected. 'webhookdb logs --state rejected' shows the requests."),
        FAILED(
                "Webhooks for %s cannot be stored.",
                "'webhookdb logs --state failed' shows them with the reason. When it is repaired, 'webhookdb replay --integration %s --state failed' stores them."),
        CREDENTIAL(
                "%s cannot be read from the provider any more.",
                "'webhookdb backfill reset %s' asks for the credentials again, and goes on."),
        STOPPED(
                "A backfill of %s stopped before its end.",
                "'webhookdb backfill %1$s' begins another one; 'webhookdb backfill status %1$s' shows how far the last ones came."),
        VERSION(
                "Webhooks for %s come at a version of the provider's API that lacks columns.",
                "The reason says which columns, and what has their values. 'webhookdb integrations info %s' shows the version of the webhooks and the one that the API is asked at; the provider's dashboard sets the former where the endpoint is."),
        COLUMN(
                "A column of %s has no values any more.",
                "The provider probably says it elsewhere since a new version of its API, which 'webhookdb integrations info %s' shows: compare the column data of a row that has a value with that of the latest. If the provider still says it, report it to the connector's author; a release that knows the place fills the column from data."),
        DATA_REQUEST(
                "Somebody asked the provider that fills %s what is kept of him.",
                "The reason names the provider's request and the rows, by table and key: answer it as the provider wants it, with what 'webhookdb db sql' shows of these rows. docs/privacy.md says more."),
        ACCOUNT(
                "The provider that fills %s wants an account forgotten.",
                "The reason names the account. If an integration holds it, 'webhookdb integrations delete' removes its table; docs/privacy.md says how it is told for which account it is, so that this is done by itself."),
        LOST(
                "Webhooks for %s were acknowledged and are lost.",
                "The log still has them, and the reason has the commands that store them again; what is known already is not changed by that. Then 'webhookdb integrations compare %s' shows whether the table has what the provider has, and 'webhookdb backfill' stores what is missing. Please report this defect, with the server's log of that time."),
        SURPLUS(
                "Webhooks for %s were counted twice.",
                "Nothing is missing in the table because of that, and nothing has to be done, but the count of lost webhooks of %s is too small for these hours. Please report this defect, with the server's log of that time.");

        private final String sentence;
        private final String remedy;

        Cause(String sentence, String remedy) {
            this.sentence = sentence;
            this.remedy = remedy;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Cause of(String text) {
            return Arrays.stream(values())
                    .filter(cause -> cause.text().equals(text))
                    .findFirst()
                    .orElseThrow();
        }
    }

    String sentence() {
        return cause.sentence.formatted(tables);
    }

    String remedy() {
        return cause.remedy.formatted(subject);
    }

    /** Returns the same text for the same trouble, whenever it happens. */
    String signature() {
        return "webhookdb-%s-%s".formatted(cause.text(), subject);
    }

    /** Reads webhooks that were received between two full hours. */
    static Incident readImbalance(Row row) {
        Cause cause = Cause.of(row.text("cause"));
        String span = "%s received between %s and %s."
                .formatted(row.number("number"), row.instant("first_hour"), row.instant("until"));
        String replay =
                "'webhookdb replay --integration %s --state done --since %s --until %s' stores them from the log."
                        .formatted(row.text("subject"), row.instant("first_hour"), row.instant("until"));
        return read(row, cause, cause == Cause.LOST ? span + " " + replay : span);
    }

    static Incident read(Row row) {
        return read(row, Cause.of(row.text("cause")), row.text("reason"));
    }

    private static Incident read(Row row, Cause cause, String reason) {
        return new Incident(
                row.number("organization_id"),
                row.text("organization_key"),
                row.text("organization_name"),
                cause,
                row.text("subject"),
                row.text("services"),
                row.text("tables"),
                row.number("number"),
                row.instant("since"),
                row.instant("latest"),
                reason);
    }
}
