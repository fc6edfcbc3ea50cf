package dev.webhookdb.notify;

import dev.webhookdb.account.Responsible;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.mail.EmailMessage;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells owners of endpoints that have been failing for days, and disables them in the end: in the transaction that writes down the attempt
 * which shows it, so that it is told once however many hosts there are. Thread-safe.
 */
final class FailingEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(FailingEndpoints.class);

    private final Optional<Mailer> mailer;
    private final Duration disableAfter;

    /**
     * @param mailer brings it to people; without one they are told by events only
     * @param disableAfter how long something has to fail until it is disabled
     */
    FailingEndpoints(Optional<Mailer> mailer, Duration disableAfter) {
        this.mailer = mailer;
        this.disableAfter = disableAfter;
    }

    Duration disableAfter() {
        return disableAfter;
    }

    /** Tells what is new about an endpoint after an attempt. */
    void tell(Session session, Settled settled) {
        boolean disabled = settled.state().disabled() && !settled.before().disabled();
        boolean warned =
                settled.state().health().warned() > settled.before().health().warned();
        if (disabled) {
            disable(session, settled);
        } else if (warned) {
            warn(session, settled);
        }
    }

    private void disable(Session session, Settled settled) {
        Subscription subscription = settled.attempt().subscription();
        String last = settled.attempt().verdict().error().orElse("");
        String reason = settled.attempt().verdict().kind() == Verdict.Kind.UNWANTED
                ? last
                : "Deliveries failed for %s. The last time: %s".formatted(words(disableAfter), last);
        int changed = session.sql("""
                        update subscription set status = 'disabled', status_reason = :reason, updated_at = now()
                        where id = :id and status <> 'disabled'""")
                .bind("reason", Texts.storable(reason))
                .bind("id", subscription.id())
                .execute();
        if (changed > 0) {
            LOG.warn("{} is disabled: {}", subscription.opaqueId(), reason);
            tell(session, settled, AccountEventType.ENDPOINT_DISABLED, reason);
        }
    }

    private void warn(Session session, Settled settled) {
        Health health = settled.state().health();
        Instant since = health.failingSince().orElseThrow().truncatedTo(ChronoUnit.SECONDS);
        tell(
                session,
                settled,
                AccountEventType.ENDPOINT_FAILING,
                "Deliveries have been failing since %s. If none succeeds before %s, it will be disabled."
                        .formatted(since, since.plus(disableAfter)));
    }

    private void tell(Session session, Settled settled, AccountEventType type, String sentence) {
        Subscription subscription = settled.attempt().subscription();
        String event = settled.attempt().lease().payload().eventId().orElse("");
        String remedy = remedy(subscription, settled);
        Map<String, Json> data = new LinkedHashMap<>();
        data.put("id", new Json.Str(subscription.opaqueId()));
        data.put("message", new Json.Str(sentence));
        data.put(
                "percent",
                new Json.Num(BigDecimal.valueOf(
                        settled.state().disabled()
                                ? 100
                                : settled.state().health().warned())));
        data.put(
                "failing_since",
                settled.state()
                        .health()
                        .failingSince()
                        .<Json>map(since -> new Json.Str(since.toString()))
                        .orElseGet(Json.Null::new));
        data.put("event_id", new Json.Str(event));
        data.put("last_answer", new Json.Str(settled.attempt().verdict().error().orElse("")));
        data.put("remedy", new Json.Str(remedy));
        AccountEvents.note(session, subscription.organizationId(), type, new Json.Obj(data));
        mailer.ifPresent(sender -> Responsible.of(session, subscription.organizationId(), subscription.createdBy())
                .forEach(owner -> sender.send(
                        session,
                        EmailMessage.of(
                                owner.email(),
                                "%s %s (%s)"
                                        .formatted(
                                                settled.state().disabled()
                                                        ? "A notification was disabled:"
                                                        : "A notification keeps failing:",
                                                subscription.opaqueId(),
                                                owner.organization()),
                                """
                %s

                    notification  %s
                    event         %s
                    last answer   %s

                When the endpoint is mended:

                    %s

                You are told because you created it, or are an admin of %s.
                """.formatted(
                                        sentence,
                                        subscription.opaqueId(),
                                        event,
                                        settled.attempt().verdict().error().orElse(""),
                                        remedy.replace("\n", "\n    "),
                                        owner.organization())))));
    }

    private static String remedy(Subscription subscription, Settled settled) {
        if (!settled.state().disabled()) {
            return "webhookdb notification retry %s".formatted(subscription.opaqueId());
        }
        Instant since = settled.state()
                .health()
                .failingSince()
                .orElseGet(() -> settled.attempt().startedAt());
        return "webhookdb notification resume %1$s\nwebhookdb notification replay %1$s --since %2$s"
                .formatted(subscription.opaqueId(), since.truncatedTo(ChronoUnit.SECONDS));
    }

    private static String words(Duration time) {
        long days = time.toDays();
        return days > 0
                ? "%d %s".formatted(days, days == 1 ? "day" : "days")
                : "%d minutes".formatted(time.toMinutes());
    }
}
