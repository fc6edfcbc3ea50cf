package dev.webhookdb.schema;

/**
 * The numbers of changes of an organization's database, as SQL. They count on by one, and skip to the present time in microseconds when a
 * host begins to use the database: so that a database that was set back to an earlier time gives no number again, because microseconds pass
 * faster than anybody writes rows. What was skipped is noted ({@code webhookdb.skipped}): a position in the middle of it is that of a change
 * that is not there any more (ADR 45).
 */
public final class ChangeNumbers {
    private static final int KEPT = 1_000;

    private ChangeNumbers() {}

    /**
     * Returns the statement that skips to the present time. It waits until nobody writes, so that no number in the middle is given to anybody; where
     * that takes longer than the transaction waits for locks, another host is writing, which did the same before, and nothing is skipped.
     */
    public static String skip() {
        return """
                do $skip$
                declare
                  latest bigint;
                  present bigint;
                begin
                  lock table webhookdb.writer in exclusive mode;
                  select case when is_called then last_value else last_value - 1 end, extract(epoch from clock_timestamp()) * 1000000
                    into latest, present from %1$s;
                  if latest < present then
                    insert into webhookdb.skipped (after_change, until_change) values (latest, present);
                    delete from webhookdb.skipped where until_change <= (
                      select until_change from webhookdb.skipped order by until_change desc offset %2$d limit 1);
                    perform setval('%1$s', present);
                  end if;
                exception when lock_not_available then
                  null;
                end $skip$""".formatted(Table.CHANGES, KEPT);
    }

    /** Returns the query for whether a position was reached by changes that are not there any more ({@code undone}). Parameter: {@code position}. */
    public static String isUndone() {
        return """
                select exists (select from webhookdb.skipped where after_change < :position and until_change > :position) as undone""";
    }
}
