package dev.webhookdb.ledger;

/**
 * Statements that write into the books. Each is for a {@code with} query of the statement that changes the queue, so that both happen or
 * neither does; each adds a row for each endpoint and hour, and waits for nobody.
 *
 * <p>The hour is that in which the webhooks were received, as they are recorded: no clock is asked, so that none can be wrong.
 */
public final class Ledger {
    private Ledger() {}

    /**
     * Returns the statement that notes webhooks which were logged.
     *
     * @param rows a query, or its name, that gives {@code endpoint_id}, {@code received_at} and {@code verdict} of each of them
     */
    public static String logged(String rows) {
        return """
                insert into webhook_ledger (endpoint_id, hour, accepted, rejected, answered)
                select endpoint_id, %s, count(*) filter (where verdict = 0), count(*) filter (where verdict = 1),
                  count(*) filter (where verdict = 2)
                from %s as booked group by 1, 2""".formatted(hour("received_at"), rows);
    }

    /**
     * Returns the statement that notes webhooks which were rejected and are accepted from now on.
     *
     * @param rows as for {@link #requeued}, with {@code is_counted}: whether they were noted as rejected
     */
    public static String accepted(String rows) {
        return """
                insert into webhook_ledger (endpoint_id, hour, accepted, rejected)
                select endpoint_id, %s, count(*), -count(*) filter (where is_counted)
                from %s as booked group by 1, 2""".formatted(hour("received_at"), rows);
    }

    /**
     * Returns the statement that notes webhooks which were put into the queue once more.
     *
     * @param rows a query, or its name, that gives {@code endpoint_id} and {@code received_at} of each of them: those that were, and not
     *     those that were there already
     */
    public static String requeued(String rows) {
        return entry("requeued", rows);
    }

    /**
     * Returns the statement that notes webhooks which were taken off the queue for good.
     *
     * @param rows as for {@link #requeued}: those that were, and not those that somebody else had taken
     */
    public static String settled(String rows) {
        return entry("settled", rows);
    }

    /** Returns SQL for the hour that a time is in. */
    public static String hour(String time) {
        return "date_bin('1 hour', %s, '2000-01-01 00:00Z')".formatted(time);
    }

    private static String entry(String column, String rows) {
        return """
                insert into webhook_ledger (endpoint_id, hour, %s)
                select endpoint_id, %s, count(*) from %s as booked group by 1, 2""".formatted(column, hour("received_at"), rows);
    }
}
