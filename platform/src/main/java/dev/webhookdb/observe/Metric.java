package dev.webhookdb.observe;

import java.util.List;

/**
 * The metrics of our own: what each is called, what it counts, and by what. Prometheus writes the dots as underscores, and {@code
 * _seconds} or {@code _total} behind the names of timers and counters.
 */
enum Metric {
    INGEST_REQUESTS(
            "webhookdb.ingest.requests",
            Kind.TIMER,
            List.of("outcome"),
            "Requests to endpoints, by what became of them, and how long the answer took"),
    INGEST_VERIFICATION("webhookdb.ingest.verification", Kind.TIMER, List.of(), "How long it took to verify a request"),
    INGEST_COMMIT(
            "webhookdb.ingest.commit",
            Kind.TIMER,
            List.of("outcome"),
            "How long it took to commit requests to the webhook log"),
    INGEST_COMMIT_SIZE("webhookdb.ingest.commit.size", Kind.SUMMARY, List.of(), "How many requests one commit wrote"),
    JOURNAL_APPENDED(
            "webhookdb.journal.appended",
            Kind.COUNTER,
            List.of(),
            "Requests that went to the journal, because the database did not take them"),
    JOURNAL_DRAINED(
            "webhookdb.journal.drained",
            Kind.COUNTER,
            List.of(),
            "Requests of journals that the database took later, also of journals that others left"),
    JOURNAL_DAMAGED(
            "webhookdb.journal.damaged",
            Kind.COUNTER,
            List.of(),
            "Places in journals that could not be read or logged; their files are kept"),
    JOURNAL_ENTRIES(
            "webhookdb.journal.waiting.entries",
            Kind.GAUGE,
            List.of(),
            "Requests that this host appended since it started, and that wait for the database"),
    JOURNAL_BYTES(
            "webhookdb.journal.waiting.bytes",
            Kind.GAUGE,
            List.of(),
            "What all journals of this host take on its disk"),
    JOURNAL_AGE(
            "webhookdb.journal.age.seconds",
            Kind.GAUGE,
            List.of(),
            "For how long the oldest of these requests has been waiting"),
    APPLY_BATCH(
            "webhookdb.apply.batch", Kind.TIMER, List.of(), "How long it took to read and store a batch of webhooks"),
    APPLY_BATCH_SIZE("webhookdb.apply.batch.size", Kind.SUMMARY, List.of(), "How many webhooks a batch had"),
    APPLY_WEBHOOKS(
            "webhookdb.apply.webhooks",
            Kind.COUNTER,
            List.of("outcome"),
            "Webhooks that were worked on, by where they came to"),
    APPLY_DELAY(
            "webhookdb.apply.delay",
            Kind.TIMER,
            List.of(),
            "How long it took from when a webhook was received until its rows were stored"),
    QUEUE_DEPTH(
            "webhookdb.apply.queue.depth",
            Kind.GAUGE,
            List.of("organization"),
            "Webhooks that wait, of the organizations with the oldest ones; the others together are called other"),
    QUEUE_AGE(
            "webhookdb.apply.queue.age.seconds",
            Kind.GAUGE,
            List.of("organization"),
            "How long the oldest of them has been waiting"),
    LOST_WEBHOOKS(
            "webhookdb.lost.webhooks",
            Kind.GAUGE,
            List.of(),
            "Webhooks of the last eight days that were acknowledged and are missing, on all hosts"),
    SURPLUS_WEBHOOKS(
            "webhookdb.surplus.webhooks",
            Kind.GAUGE,
            List.of(),
            "Webhooks of the last eight days that were counted twice, on all hosts"),
    STORE_UPSERT(
            "webhookdb.store.upsert",
            Kind.TIMER,
            List.of("source", "outcome"),
            "How long it took to store a batch of states in an organization's table"),
    STORE_STATES("webhookdb.store.states", Kind.COUNTER, List.of("source"), "States of resources that were stored"),
    POOL_WAIT(
            "webhookdb.pool.wait",
            Kind.TIMER,
            List.of("pool", "outcome"),
            "How long somebody waited for a connection to PostgreSQL"),
    POOL_CONNECTIONS(
            "webhookdb.pool.connections",
            Kind.GAUGE,
            List.of("pool", "state"),
            "Connections to PostgreSQL, in use or idle"),
    BACKFILL_PAGES("webhookdb.backfill.pages", Kind.COUNTER, List.of(), "Pages of providers that were stored"),
    BACKFILL_RESOURCES("webhookdb.backfill.resources", Kind.COUNTER, List.of(), "Resources on them"),
    BACKFILL_CHANGED("webhookdb.backfill.rows.changed", Kind.COUNTER, List.of(), "Rows that they made or changed"),
    BACKFILL_WAIT(
            "webhookdb.backfill.wait", Kind.TIMER, List.of(), "How long backfills waited before they tried again"),
    OUTBOUND_REQUESTS(
            "webhookdb.outbound.requests",
            Kind.TIMER,
            List.of("host", "status"),
            "Requests to providers by the last two parts of the host's name, and to error handlers, and how long the answer took"),
    NOTIFY_DISPATCH(
            "webhookdb.notify.dispatch",
            Kind.TIMER,
            List.of("outcome"),
            "Portions of a table's changes of which events were to be made, by what came of it, and how long it took"),
    NOTIFY_CHANGES(
            "webhookdb.notify.changes",
            Kind.COUNTER,
            List.of(),
            "Changes of rows that were taken from change logs, because somebody may want to be told"),
    NOTIFY_EVENTS(
            "webhookdb.notify.events",
            Kind.COUNTER,
            List.of(),
            "Events that were made of them, and of what happened to accounts"),
    NOTIFY_DELIVERIES(
            "webhookdb.notify.deliveries",
            Kind.COUNTER,
            List.of(),
            "Deliveries of these events that were queued: one for each endpoint that wants one"),
    NOTIFY_BEHIND(
            "webhookdb.notify.behind.changes",
            Kind.GAUGE,
            List.of(),
            "Changes of which no events were made yet, of each table 10,000 at most"),
    NOTIFY_BEHIND_AGE(
            "webhookdb.notify.behind.age.seconds",
            Kind.GAUGE,
            List.of(),
            "For how long the oldest of these changes has been waiting"),
    NOTIFY_ATTEMPTS(
            "webhookdb.notify.attempts",
            Kind.TIMER,
            List.of("outcome"),
            "Attempts to deliver events to endpoints, by what came of them, and how long they took"),
    NOTIFY_FIRST_ATTEMPT(
            "webhookdb.notify.first.attempt",
            Kind.TIMER,
            List.of(),
            "How long it took from an event to the first attempt to deliver it"),
    NOTIFY_QUEUE_DEPTH(
            "webhookdb.notify.queue.depth", Kind.GAUGE, List.of(), "Deliveries that are to be made, now or later"),
    NOTIFY_QUEUE_AGE(
            "webhookdb.notify.queue.age.seconds",
            Kind.GAUGE,
            List.of(),
            "For how long the oldest delivery has been due that could be made now"),
    SYNC_REQUESTS(
            "webhookdb.sync.requests",
            Kind.TIMER,
            List.of("outcome"),
            "Pages that were sent to endpoints, by whether they were acknowledged, and batches that were written to destinations"),
    SYNC_ROWS(
            "webhookdb.sync.rows",
            Kind.COUNTER,
            List.of(),
            "Rows that endpoints acknowledged, or that were written to destinations"),
    NOTIFY_BREAKERS("webhookdb.notify.breakers.open", Kind.GAUGE, List.of(), "Endpoints whose deliveries are held"),
    TASK_RUNS(
            "webhookdb.task.runs",
            Kind.TIMER,
            List.of("task", "outcome"),
            "What the host does in the background, and how long it took"),
    TASK_LAST_SUCCESS(
            "webhookdb.task.last.success.seconds",
            Kind.GAUGE,
            List.of("task"),
            "When that succeeded last, in Unix time"),
    TRACES_SENT("webhookdb.traces.sent", Kind.COUNTER, List.of(), "Spans of traces that the collector took"),
    TRACES_DROPPED(
            "webhookdb.traces.dropped",
            Kind.COUNTER,
            List.of(),
            "Spans of traces that the collector did not take, or for which there was no room"),
    MEMORY_CAPACITY(
            "webhookdb.memory.capacity.bytes",
            Kind.GAUGE,
            List.of("budget"),
            "Memory that there is for a kind of work"),
    MEMORY_CHARGED("webhookdb.memory.charged.bytes", Kind.GAUGE, List.of("budget"), "What of that is in use");

    enum Kind {
        COUNTER,
        GAUGE,
        TIMER,
        SUMMARY
    }

    private final String id;
    private final Kind kind;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> labels;

    private final String meaning;

    Metric(String id, Kind kind, List<String> labels, String meaning) {
        this.id = id;
        this.kind = kind;
        this.labels = labels;
        this.meaning = meaning;
    }

    String id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    List<String> labels() {
        return labels;
    }

    String meaning() {
        return meaning;
    }
}
