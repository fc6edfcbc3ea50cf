package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which events a notification is about, and how they are sent. An empty value takes back what was said before. */
final class NotificationOptions {
    @Option(
            names = {"-e", "--events"},
            paramLabel = "EVENT,...",
            description =
                    "Which events: created, updated, deleted, or types and patterns such as stripe_charge_v1.updated,"
                            + " team.* or *; see 'webhookdb notification events'. Without it: rows that are created, updated or deleted.")
    private Optional<String> events = Optional.empty();

    @Option(
            names = "--columns",
            paramLabel = "COLUMN,...",
            description = "An update is told only if one of these columns became different.")
    private Optional<String> columns = Optional.empty();

    @Option(
            names = "--where",
            paramLabel = "SQL",
            description = "Only rows that fulfil this condition, such as \"status = 'failed'\".")
    private Optional<String> where = Optional.empty();

    @Option(
            names = {"--origin", "--origins"},
            paramLabel = "ORIGIN,...",
            description =
                    "Only changes that came from there: webhook, poll, backfill, reconciliation, replay, push, erase.")
    private Optional<String> origins = Optional.empty();

    @Option(
            names = "--payload",
            paramLabel = "WHAT",
            description =
                    "One of ${COMPLETION-CANDIDATES}: the whole row, or where it is, or the latter for large rows only.")
    private Optional<Payload> payload = Optional.empty();

    @Option(
            names = "--ordered",
            negatable = true,
            description = "The events of a row go one after the other: the next waits until the one before was taken.")
    private Optional<Boolean> ordered = Optional.empty();

    @Option(
            names = "--send-secret",
            negatable = true,
            description = "Send the secret itself as well, in the header Whdb-Webhook-Secret.")
    private Optional<Boolean> sendSecret = Optional.empty();

    @Option(names = "--patient", negatable = true, description = "Try for 75 hours instead of 8.")
    private Optional<Boolean> patient = Optional.empty();

    @Option(names = "--rate", paramLabel = "N", description = "How many requests per second at the most.")
    private Optional<String> rate = Optional.empty();

    @Option(names = "--concurrency", paramLabel = "N", description = "How many requests at a time at the most.")
    private Optional<String> concurrency = Optional.empty();

    enum Payload {
        full,
        thin,
        auto
    }

    /** What was given, by the names that the server knows. */
    Map<String, Object> given() {
        Map<String, Object> given = new LinkedHashMap<>();
        events.ifPresent(text -> given.put("events", text));
        columns.ifPresent(text -> given.put("columns", text));
        where.ifPresent(text -> given.put("where", text));
        origins.ifPresent(text -> given.put("origins", text));
        payload.ifPresent(what -> given.put("payload", what.name().toLowerCase(Locale.ROOT)));
        ordered.ifPresent(flag -> given.put("ordered", flag));
        sendSecret.ifPresent(flag -> given.put("send_secret", flag));
        patient.ifPresent(flag -> given.put("patient", flag));
        rate.ifPresent(number -> given.put("rate", number));
        concurrency.ifPresent(number -> given.put("concurrency", number));
        return given;
    }
}
