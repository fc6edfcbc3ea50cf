package dev.webhookdb.notify;

import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.event.Events;
import dev.webhookdb.event.NewEvent;
import dev.webhookdb.notify.Queueing.Wanted;
import dev.webhookdb.observe.DispatchMetrics;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.util.List;

/** Makes events and deliveries of what happened to accounts. Thread-safe. */
final class AccountDispatch {
    private static final int BATCH = 100;

    private final Database platform;
    private final DispatchMetrics metrics;

    AccountDispatch(Database platform, DispatchMetrics metrics) {
        this.platform = platform;
        this.metrics = metrics;
    }

    /** What was made of something. */
    private record Made(int events, int deliveries) {}

    /** Tells everything there is. */
    void all() {
        List<Long> organizations;
        do {
            organizations = platform.transaction(AccountEvents::organizations);
            organizations.forEach(organization -> {
                Made made = platform.transaction(session -> some(session, organization));
                metrics.made(made.events(), made.deliveries());
            });
        } while (!organizations.isEmpty());
    }

    private static Made some(Session session, long organization) {
        List<NewEvent> taken = AccountEvents.take(session, organization, BATCH);
        List<Subscriber> subscribers = Subscriber.of(session, organization);
        boolean pulled = Events.isPulled(session, organization);
        List<NewEvent> told = taken.stream()
                .filter(event -> pulled || subscribers.stream().anyMatch(one -> one.wantsAccount(event.type())))
                .toList();
        if (told.isEmpty()) {
            return new Made(0, 0);
        }
        List<Wanted> wanted = Events.append(session, organization, told).stream()
                .flatMap(event -> subscribers.stream()
                        .filter(one -> one.wantsAccount(event.type()))
                        .map(one -> new Wanted(one, event)))
                .toList();
        return new Made(told.size(), Queueing.queue(session, organization, wanted, false));
    }
}
