package dev.webhookdb.queue;

import dev.webhookdb.platform.TableReads;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import java.time.Duration;
import java.util.List;

/** A queue that belongs to nobody, in a database of its own. */
final class Parcels implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(20);
    static final QueueTable TABLE =
            QueueTable.of("parcel", "tenant", QueueTable.Type.NUMBER, "content").sized("length(content)");
    static final RetryPolicy RETRIES = RetryPolicy.of(Pauses.doubling(Duration.ofMinutes(1), Duration.ofHours(1)))
            .attempts(3)
            .waitingForWhatIsExhausted();

    final Database database = TestPostgres.freshDatabase();

    Parcels() {
        database.run(session -> session.sql("""
                        create table parcel (
                          id bigint generated always as identity primary key,
                          tenant bigint not null,
                          content text not null,
                          due_at timestamptz default clock_timestamp(),
                          claimed_by uuid,
                          attempts integer not null default 0,
                          deaths integer not null default 0,
                          priority smallint not null default 1,
                          expires_at timestamptz,
                          reason text,
                          parked_at timestamptz
                        );
                        create index on parcel (tenant, priority, due_at) where due_at is not null;
                        create index on parcel (due_at) where due_at is not null;
                        create index on parcel (tenant) where claimed_by is not null""").execute());
    }

    /** A host's view of the queue. */
    LeasedQueue<String> host() {
        return host(TABLE);
    }

    LeasedQueue<String> host(QueueTable table) {
        return host(table, LEASE);
    }

    LeasedQueue<String> host(QueueTable table, Duration lease) {
        return new LeasedQueue<>(database, table, row -> row.text("content"), lease, RETRIES, QueueListener.NONE);
    }

    long add(long tenant, String content) {
        return addDueIn(Duration.ZERO, tenant, content);
    }

    long addDueIn(Duration time, long tenant, String content) {
        return database.transaction(session -> {
            long id = session.sql("""
                            insert into parcel (tenant, content, due_at)
                            values (:tenant, :content, clock_timestamp() + :time * interval '1 millisecond') returning id""")
                    .bind("tenant", tenant)
                    .bind("content", content)
                    .bind("time", time.toMillis())
                    .one(row -> row.number("id"));
            WakeUps.tell(session, "parcel");
            return id;
        });
    }

    void addMany(long tenant, int number) {
        database.run(session -> session.sql(
                        "insert into parcel (tenant, content) select :tenant, repeat(i::text, 50) from generate_series(1, :number) as i")
                .bind("tenant", tenant)
                .bind("number", number)
                .execute());
    }

    TableReads reads() {
        return TableReads.of(database, "parcel");
    }

    void set(String assignments) {
        database.run(session -> session.sql("update parcel set " + assignments).execute());
    }

    /** Lets the leases of all run out, as when their hosts said nothing any more. */
    void expireLeases() {
        set("due_at = clock_timestamp() - interval '1 second' where claimed_by is not null");
    }

    /** What an expression says of each row, by id. */
    List<String> column(String expression) {
        return database.transaction(session -> session.sql(
                        "select coalesce((%s)::text, '') as value from parcel order by id".formatted(expression))
                .list(row -> row.text("value")));
    }

    @Override
    public void close() {
        database.close();
    }
}
