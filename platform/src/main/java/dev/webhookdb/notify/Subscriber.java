package dev.webhookdb.notify;

import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What must be known of a subscription to tell which events are its: nothing that is sealed.
 *
 * @param ordered whether the events of a row go one after the other
 */
record Subscriber(
        long id,
        OptionalLong integration,
        List<EventPattern> patterns,
        Set<String> columns,
        Optional<String> condition,
        Set<String> origins,
        boolean ordered) {

    /** The whole resource: there is no change in which it is the same, but a deletion. */
    private static final String RESOURCE = "data";

    private static final String COLUMNS = "id, integration_id, events, columns, condition, origins, ordered";

    /** Returns an organization's, also those to which nothing is sent: their events are kept. */
    static List<Subscriber> of(Session session, long organizationId) {
        return session.sql("select %s from subscription where organization_id = :organization order by id"
                        .formatted(COLUMNS))
                .bind("organization", organizationId)
                .list(Subscriber::read);
    }

    static Subscriber of(Subscription subscription) {
        Subscription.Filter filter = subscription.filter();
        return new Subscriber(
                subscription.id(),
                subscription.integration(),
                patterns(filter.events()),
                Set.copyOf(filter.columns()),
                filter.condition(),
                Set.copyOf(filter.origins()),
                subscription.manner().ordered());
    }

    static Subscriber read(Row row) {
        return new Subscriber(
                row.number("id"),
                row.optionalNumber("integration_id").map(OptionalLong::of).orElseGet(OptionalLong::empty),
                patterns(row.texts("events")),
                Set.copyOf(row.texts("columns")),
                row.optionalText("condition"),
                Set.copyOf(row.texts("origins")),
                row.flag("ordered"));
    }

    private static List<EventPattern> patterns(List<String> texts) {
        return texts.stream().flatMap(text -> EventPattern.parse(text).stream()).toList();
    }

    /** Returns whether any change of an integration's rows can be this one's. */
    boolean follows(long integrationId, String service) {
        return isAbout(integrationId) && patterns.stream().anyMatch(pattern -> pattern.matchesRowsOf(service));
    }

    /**
     * Returns whether a change is this one's, but for the condition.
     *
     * @param changed which columns became different, if the row was there before and still is
     */
    boolean wantsRow(long integrationId, String type, String origin, Optional<Set<String>> changed) {
        return isAbout(integrationId)
                && matches(type, true)
                && (origins.isEmpty() || origins.contains(origin))
                && (columns.isEmpty()
                        || columns.contains(RESOURCE)
                        || changed.isEmpty()
                        || changed.get().stream().anyMatch(columns::contains));
    }

    /** Returns whether what happened to the account is this one's. */
    boolean wantsAccount(String type) {
        return integration.isEmpty() && matches(type, false);
    }

    private boolean isAbout(long integrationId) {
        return integration.isEmpty() || integration.getAsLong() == integrationId;
    }

    private boolean matches(String type, boolean rowEvent) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(type, rowEvent));
    }
}
