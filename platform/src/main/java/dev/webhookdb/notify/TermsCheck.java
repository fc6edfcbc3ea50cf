package dev.webhookdb.notify;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.notify.Subscriptions.Terms;
import dev.webhookdb.outbound.MaskedUrl;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes of what is said of a subscription what can be kept, or refuses it with a {@link SubscriptionException}. Thread-safe. */
record TermsCheck(SubscriptionRules rules) {
    /** Returns what is kept of a new one. */
    Terms created(long organizationId, Optional<Integration> integration, Terms terms, String secret) {
        require(terms.manner(), secret);
        requireEnabled(terms.status());
        return new Terms(
                url(terms.url()),
                rules.filter(organizationId, integration, terms.filter()),
                terms.manner(),
                terms.status());
    }

    /**
     * The same for a change. What is not to become different is not looked at: a name server that is away does not keep a filter from being
     * changed.
     */
    Terms changed(Subscription found, Supplier<Optional<Integration>> integration, Terms said) {
        Terms before = Terms.of(found);
        Terms wanted = unmasked(before, said);
        require(wanted.manner(), found.endpoint().secret());
        if (before.status() != Status.DISABLED) {
            requireEnabled(wanted.status());
        }
        return new Terms(
                wanted.url().equals(before.url()) ? before.url() : url(wanted.url()),
                wanted.filter().equals(before.filter())
                        ? before.filter()
                        : rules.filter(found.organizationId(), integration.get(), wanted.filter()),
                wanted.manner(),
                wanted.status());
    }

    /** Whoever sends back what was shown to him means what there is. */
    private static Terms unmasked(Terms before, Terms wanted) {
        return wanted.url().equals(MaskedUrl.of(before.url()))
                ? new Terms(before.url(), wanted.filter(), wanted.manner(), wanted.status())
                : wanted;
    }

    private static void requireEnabled(Status status) {
        if (status == Status.DISABLED) {
            throw new SubscriptionException(
                    Field.STATUS,
                    "Nobody disables it by hand: pause it, and what happens meanwhile is sent later, or delete it.");
        }
    }

    private String url(String url) {
        rules.requireUrl(url);
        return url.strip();
    }

    private static void require(Manner manner, String secret) {
        SubscriptionRules.require(manner);
        if (manner.sendsSecret()) {
            SigningSecret.requireSendable(secret);
        }
    }
}
