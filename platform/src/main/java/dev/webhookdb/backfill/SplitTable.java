package dev.webhookdb.backfill;

import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Optional;

/**
 * How far the splits of jobs are, in a table of the platform's database. Stateless.
 *
 * @param table its name, which is ours and never comes from outside
 */
record SplitTable(String table) {
    /** Returns the splits of a job, in the order of their numbers. */
    List<Split> of(Session session, long job) {
        return session.sql("""
                        select number, range_from, range_to, reached, parent, cursor, done
                        from %s where job_id = :job order by number""".formatted(table)).bind("job", job).list(SplitTable::split);
    }

    /** Adds a split, and changes the one it was cut from. */
    void add(Session session, long job, Split added, Optional<Split> cut) {
        session.sql("""
                        insert into %s (job_id, number, range_from, range_to)
                        values (:job, :number, :from, :to)""".formatted(table))
                .bind("job", job)
                .bind("number", added.number())
                .bind("from", added.from().orElse(null))
                .bind("to", added.to().orElse(null))
                .execute();
        cut.ifPresent(split -> session.sql("""
                        update %s set range_from = :from where job_id = :job and number = :number""".formatted(table))
                .bind("job", job)
                .bind("number", split.number())
                .bind("from", split.from().orElse(null))
                .execute());
    }

    /** Writes down how far a split is, after a page. */
    void advance(Session session, long job, Split split) {
        session.sql("""
                        update %s set reached = :reached, parent = :parent, cursor = :cursor, done = :done,
                          pages = pages + 1
                        where job_id = :job and number = :number""".formatted(table))
                .bind("reached", split.reached().orElse(null))
                .bind("parent", split.parent().orElse(null))
                .bind("cursor", split.cursor().orElse(null))
                .bind("done", split.done())
                .bind("job", job)
                .bind("number", split.number())
                .execute();
    }

    private static Split split(Row row) {
        return new Split(
                row.integer("number"),
                row.optionalInstant("range_from"),
                row.optionalInstant("range_to"),
                row.optionalInstant("reached"),
                row.optionalText("parent"),
                row.optionalText("cursor"),
                row.flag("done"));
    }
}
