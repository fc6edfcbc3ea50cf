package dev.webhookdb.queue;

/**
 * The statements that take rows from a queue. Every statement reads the database's clock once: a function whose value changes could not be
 * looked up in an index.
 */
final class ClaimSql {
    /**
     * Partitions that have something due take turns, beginning behind the last one that had its turn, and share what is claimed. They are
     * found by skipping from one to the next in the index, so that a partition with very many rows costs no more than one with a single row.
     * Priority and time are compared together, which only the index of partitions can do: the one of times alone would seem cheaper while
     * the table is small, and has the remains of all that was claimed at its begin.
     */
    private static final String CLAIM = """
            with recursive now as materialized (
              select clock_timestamp() as at
            ), behind (lane) as (
              select (select min({partition}) from {table} where due_at is not null and {partition} > :after::{type})
              union all
              select (select min({partition}) from {table} where due_at is not null and {partition} > behind.lane)
              from behind where behind.lane is not null
            ), before (lane) as (
              select (select min({partition}) from {table} where due_at is not null and {partition} <= :after::{type})
              union all
              select (select min({partition}) from {table}
                where due_at is not null and {partition} > before.lane and {partition} <= :after::{type})
              from before where before.lane is not null
            ), lanes as (
              select lane from behind where lane is not null
              union all
              select lane from before where lane is not null
            ), turns as materialized (
              select lane, room, row_number() over () as turn from (
                select lane, room from lanes
                cross join lateral ({flight}) as flight
                where room > 0 and exists (
                  select from unnest(array[0, 1, 2]::smallint[]) as level
                  cross join lateral (
                    select 1 from {table} where {partition} = lane and due_at is not null
                      and (priority, due_at) >= (level, '-infinity'::timestamptz) and (priority, due_at) <= (level, (select at from now))
                    order by priority, due_at limit 1
                  ) as any_row)
                limit :most
              ) as laned
            ), share as (
              select ceil(:most::numeric / greatest(1, count(*)))::bigint as rows from turns
            ), found as (
              select turn, row_number() over (partition by turn) as place, one.* from turns cross join share
              cross join lateral (
                select each.* from unnest(array[0, 1, 2]::smallint[]) with ordinality as level (priority, number)
                cross join lateral (
                  select {key} as key, {size} as size, claimed_by is not null as died from {table}
                  where {partition} = turns.lane and due_at is not null
                    and (priority, due_at) >= (level.priority, '-infinity'::timestamptz)
                    and (priority, due_at) <= (level.priority, (select at from now))
                  order by priority, due_at limit least(share.rows, turns.room) for update skip locked
                ) as each
                limit least(share.rows, turns.room)
              ) as one
            ), sized as (
              select key as queue_key, turn as queue_turn, died as queue_died,
                sum(size) over (order by place, turn) - size as queue_before,
                row_number() over (order by place, turn) as queue_number
              from found
            )
            update {table}
            set due_at = (select at from now) + :lease * interval '1 millisecond', claimed_by = :claim,
              attempts = attempts + (claimed_by is null)::int, deaths = deaths + (claimed_by is not null)::int,
              reason = case when claimed_by is null then reason else :died end{claimed}
            from sized
            where {key} = queue_key and queue_number <= :most and (queue_before < :bytes or queue_number = 1)
            returning queue_key, queue_turn, queue_number, queue_died, {partition}::text as queue_partition,
              attempts as queue_attempts, deaths as queue_deaths, coalesce(expires_at <= (select at from now), false) as queue_expired{payload}
            """;

    private static final String UNLIMITED = "select %d as room".formatted(Integer.MAX_VALUE);

    /** What is in flight has an index of its own; the time is compared so that no index of times, with all that waits in it, is taken for it. */
    private static final String LIMITED = """
            select {room} as room from (
              select count(*) as number from {table} as one
              where one.{partition} = lane and one.claimed_by is not null
                and coalesce(one.due_at, '-infinity') > (select at from now)
            ) as held""";

    private static final String NEXT = """
            select ceil(extract(epoch from least(due_at, reopens) - now.at) * 1000)::bigint as milliseconds,
              exists (select from {table} where due_at <= now.at) as overdue
            from (select clock_timestamp() as at) as now
            cross join lateral (
              select (select due_at from {table} where due_at > now.at order by due_at limit 1) as due_at, {reopens} as reopens
            ) as next""";

    private static final String NUMBERS = """
            select count(*) filter (where claimed_by is null and due_at is not null) as waiting,
              count(*) filter (where claimed_by is not null and due_at is not null) as in_flight,
              count(*) filter (where parked_at is not null) as parked,
              greatest(0, coalesce(extract(epoch from clock_timestamp() - min(due_at)) * 1000, 0))::bigint as oldest
            from {table} where due_at is not null or parked_at is not null""";

    private ClaimSql() {}

    /** Binds {@code after, most, bytes, lease, claim, died}. */
    static String claim(QueueTable table) {
        return table.sql(CLAIM.replace("{flight}", table.isLimited() ? LIMITED : UNLIMITED));
    }

    /** In how many milliseconds the next row becomes due that is not due yet, and whether any is due. */
    static String next(QueueTable table) {
        return table.sql(NEXT);
    }

    static String numbers(QueueTable table) {
        return table.sql(NUMBERS);
    }
}
