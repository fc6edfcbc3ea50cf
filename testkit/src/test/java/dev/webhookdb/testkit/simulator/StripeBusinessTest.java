package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.HasId;
import com.stripe.model.StripeObject;
import com.stripe.model.Subscription;
import com.stripe.net.Webhook;
import com.stripe.param.EventListParams;
import com.stripe.param.SubscriptionItemListParams;
import com.stripe.param.SubscriptionListParams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stripe's own library reads what the rest of the account does, from events and from lists. */
class StripeBusinessTest {
    private static final String KEY = "rk_test_simulated";
    private final StripeSimulator account = StripeSimulator.seeded(21).wholeBusiness(true);
    private StripeApi api;

    @BeforeEach
    void start() {
        account.happen(2_000);
        api = StripeApi.serving(account, KEY);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void stripesLibraryReadsTheObjectOfEveryEvent() throws SignatureVerificationException {
        Set<String> kinds = new HashSet<>();
        for (StripeEvent told : account.events()) {
            long now = Instant.now().getEpochSecond();
            Event event = Webhook.constructEvent(
                    told.body(), StripeSimulator.sign("whsec_test", told.bytes(), now), "whsec_test");
            StripeObject object = event.getDataObjectDeserializer().getObject().orElseThrow();
            assertThat(((HasId) object).getId()).isEqualTo(told.objectId());
            kinds.add(object.getClass().getSimpleName());
        }

        assertThat(kinds)
                .containsExactlyInAnyOrder(
                        "Charge",
                        "Coupon",
                        "Customer",
                        "Dispute",
                        "Invoice",
                        "InvoiceItem",
                        "InvoicePayment",
                        "PaymentIntent",
                        "PaymentMethod",
                        "Payout",
                        "Price",
                        "Product",
                        "Refund",
                        "Session",
                        "Subscription");
    }

    @Test
    void twoEventsOfOneObjectAreASecondApart() {
        assertThat(account.events().stream()
                        .map(event -> event.objectId() + event.created())
                        .distinct())
                .hasSameSizeAs(account.events());
    }

    @Test
    void stripesClientListsSubscriptionsAndTheirItems() throws StripeException {
        List<String> items = new ArrayList<>();
        int ended = 0;
        for (Subscription subscription : client().v1()
                .subscriptions()
                .list(SubscriptionListParams.builder()
                        .setStatus(SubscriptionListParams.Status.ALL)
                        .setLimit(40L)
                        .build())
                .autoPagingIterable()) {
            ended += subscription.getStatus().equals("canceled") ? 1 : 0;
            client().v1()
                    .subscriptionItems()
                    .list(SubscriptionItemListParams.builder()
                            .setSubscription(subscription.getId())
                            .build())
                    .getData()
                    .forEach(item -> items.add(item.getId()));
        }

        assertThat(ended).isPositive();
        assertThat(items)
                .containsExactlyInAnyOrderElementsOf(account.objects("subscription_items").values().stream()
                        .filter(item -> !item.deleted())
                        .map(dev.webhookdb.testkit.simulator.StripeObject::id)
                        .toList());
        assertThat(client().v1().subscriptions().list().getData())
                .noneMatch(subscription -> subscription.getStatus().equals("canceled"));
    }

    @Test
    void eventsAreListedByTypeForThirtyDays() throws StripeException {
        List<String> ids = new ArrayList<>();
        EventListParams params = EventListParams.builder()
                .addType("refund.created")
                .addType("payout.paid")
                .setLimit(100L)
                .build();
        client().v1().events().list(params).autoPagingIterable().forEach(event -> ids.add(event.getId()));

        assertThat(ids.reversed())
                .isNotEmpty()
                .containsExactlyElementsOf(account.events().stream()
                        .filter(event -> Set.of("refund.created", "payout.paid").contains(event.type()))
                        .map(StripeEvent::id)
                        .toList());

        account.advance(Duration.ofDays(31));
        assertThat(client().v1().events().list(params).getData()).isEmpty();
    }

    private StripeClient client() {
        return StripeClient.builder()
                .setApiKey(KEY)
                .setApiBase(api.url().toString())
                .setMaxNetworkRetries(0)
                .build();
    }
}
