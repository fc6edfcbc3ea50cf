package dev.webhookdb.alert;

import dev.webhookdb.sql.Session;
import dev.webhookdb.webhooklog.LogSql;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds trouble in what others wrote down, so that nobody who is busy has to tell. Trouble that the organization was told of within a
 * day is none, nor is what is over.
 */
final class Detector {
    private static final Duration A_DAY = Duration.ofDays(1);

    /** What did not happen for that long is over; longer than the pause between two looks, and than a restart takes. */
    private static final Duration FRESH = Duration.ofMinutes(15);

    private static final String TROUBLE = """
            with event (organization_id, cause, subject, at, reason) as (
              select endpoint.organization_id, 'rejected', endpoint.opaque_id, webhook.received_at, webhook.reason
              from (
                %s
              ) as webhook join endpoint on endpoint.id = webhook.endpoint_id
              union all
              select endpoint.organization_id, 'failed', endpoint.opaque_id, outcome.decided_at, outcome.reason
              from webhook_outcome as outcome join endpoint on endpoint.id = outcome.endpoint_id
              where outcome.state = 1 and outcome.decided_at >= :day_ago
              union all
              select integration.organization_id, case job.failure when 'settings' then 'credential' else 'stopped' end,
                integration.opaque_id, job.finished_at, job.reason
              from backfill_job as job join integration on integration.id = job.integration_id
              where job.state = 'failed' and job.finished_at >= :day_ago
            ), news as (
              select organization_id, cause, subject, count(*) as number, min(at) as since, max(at) as latest,
                coalesce((array_agg(reason order by at desc))[1], '') as reason
              from event
              where not exists (
                select from alert
                where alert.organization_id = event.organization_id and alert.cause = event.cause
                  and alert.subject = event.subject and alert.created_at > :day_ago)
              group by organization_id, cause, subject
              having max(at) >= :fresh
            )
            select news.*, organization.key as organization_key, organization.name as organization_name, fed.services, fed.tables
            from news
            join organization on organization.id = news.organization_id and organization.closed_at is null
            cross join lateral (
              select string_agg(integration.service_name, ', ' order by integration.id) as services,
                string_agg(integration.table_name, ', ' order by integration.id) as tables
              from integration join endpoint on endpoint.id = integration.endpoint_id
              where news.subject in (integration.opaque_id, endpoint.opaque_id)
            ) as fed
            where fed.tables is not null
            order by news.since
            """.formatted(LogSql.inBoth("""
                    select webhook.endpoint_id, webhook.received_at, webhook.reason from {webhook}
                    where {rejected} and {within}
                    """));

    /** What is told once, however long it lasts, and is told from then on. */
    private static final String FINDINGS = """
            with news as (
              update finding set told_at = :now where told_at is null
              returning integration_id, cause, reason, found_at
            )
            select integration.organization_id, organization.key as organization_key, organization.name as organization_name, news.cause,
              integration.opaque_id as subject, integration.service_name as services, integration.table_name as tables, 1::bigint as number,
              news.found_at as since, news.found_at as latest, news.reason
            from news
            join integration on integration.id = news.integration_id
            join organization on organization.id = integration.organization_id and organization.closed_at is null
            order by news.found_at
            """;

    /**
     * What the auditor found and nobody made good since: once a day for an endpoint. What is found until then is told the next day, and
     * not forgotten.
     */
    private static final String IMBALANCES = """
            with due as (
              select imbalance.id, endpoint.organization_id, endpoint.id as endpoint_id, endpoint.opaque_id,
                case when imbalance.webhooks > 0 then 'lost' else 'surplus' end as cause
              from webhook_imbalance as imbalance
              join endpoint on endpoint.id = imbalance.endpoint_id
              join organization on organization.id = endpoint.organization_id and organization.closed_at is null
              where imbalance.told_at is null and imbalance.replayed_at is null
            ), told as (
              update webhook_imbalance as imbalance set told_at = :now from due
              where imbalance.id = due.id and not exists (
                select from alert
                where alert.organization_id = due.organization_id and alert.cause = due.cause
                  and alert.subject = due.opaque_id and alert.created_at > :day_ago)
              returning due.*, imbalance.hour, imbalance.webhooks, imbalance.found_at
            ), news as (
              select organization_id, endpoint_id, opaque_id, cause, abs(sum(webhooks))::bigint as number, min(found_at) as since,
                max(found_at) as latest, min(hour) as first_hour, max(hour) + interval '1 hour' as until
              from told group by 1, 2, 3, 4
            )
            select news.*, news.opaque_id as subject, organization.key as organization_key, organization.name as organization_name,
              fed.services, fed.tables
            from news
            join organization on organization.id = news.organization_id
            cross join lateral (
              select string_agg(service_name, ', ' order by id) as services, string_agg(table_name, ', ' order by id) as tables
              from integration where integration.endpoint_id = news.endpoint_id
            ) as fed
            where fed.tables is not null
            order by news.since
            """;

    private Detector() {}

    static List<Incident> find(Session session, Instant now) {
        List<Incident> found = new ArrayList<>(session.sql(TROUBLE)
                .bind("day_ago", now.minus(A_DAY))
                .bind("since", now.minus(A_DAY))
                .bind("until", now.plus(A_DAY))
                .bind("fresh", now.minus(FRESH))
                .list(Incident::read));
        found.addAll(session.sql(FINDINGS).bind("now", now).list(Incident::read));
        found.addAll(session.sql(IMBALANCES)
                .bind("now", now)
                .bind("day_ago", now.minus(A_DAY))
                .list(Incident::readImbalance));
        return found;
    }

    /** Alerts are kept no longer than they keep others from being sent. */
    static void forget(Session session, Instant now) {
        session.sql("""
                        delete from alert where created_at < :old
                          and not exists (select from alert_delivery where alert_delivery.alert_id = alert.id)""").bind("old", now.minus(A_DAY.multipliedBy(2))).execute();
    }
}
