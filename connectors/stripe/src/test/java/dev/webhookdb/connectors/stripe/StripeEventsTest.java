package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an event says about charges, and about customers. */
class StripeEventsTest {
    private static final Instant CREATED = Instant.parse("2024-05-06T07:08:09Z");
    private static final Request REQUEST =
            Request.of(CREATED.plusSeconds(5), "POST", "https://example.org/", Map.of(), new byte[0]);

    @Test
    void anEventAboutAChargeIsAStateOfIt() {
        Json charge = object("charge", "ch_1");

        assertThat(read(StripeCharge.RESOURCE, event("charge.succeeded", charge)))
                .singleElement()
                .isInstanceOfSatisfying(Item.Upsert.class, state -> {
                    assertThat(state.resource()).isEqualTo(charge);
                    assertThat(state.asOf()).isEqualTo(CREATED);
                    assertThat(state.event()).contains("evt_1");
                });
    }

    @Test
    void eventsAboutOtherObjectsSayNothing() {
        assertThat(read(StripeCharge.RESOURCE, event("customer.updated", object("customer", "cus_1"))))
                .isEmpty();
        assertThat(read(StripeCharge.RESOURCE, event("charge.dispute.created", object("dispute", "dp_1"))))
                .isEmpty();
        assertThat(read(StripeCharge.RESOURCE, event("charge.refund.updated", object("refund", "re_1"))))
                .isEmpty();
        assertThat(read(StripeCustomer.RESOURCE, event("customer.subscription.deleted", object("subscription", "s_1"))))
                .isEmpty();
    }

    @Test
    void whatIsNoEventSaysNothing() {
        for (Json body : List.of(new Json.Null(), new Json.Str("x"), new Json.Arr(List.of()), new Json.Obj(Map.of()))) {
            assertThat(read(StripeCharge.RESOURCE, body)).isEmpty();
        }
    }

    @Test
    void aDeletedCustomerIsAStateAndADeletion() {
        Json customer = object("customer", "cus_1");

        List<Item> items = read(StripeCustomer.RESOURCE, event("customer.deleted", customer));

        assertThat(items).hasSize(2);
        assertThat(items.getFirst()).isInstanceOfSatisfying(Item.Upsert.class, state -> {
            assertThat(state.resource()).isEqualTo(customer);
            assertThat(state.asOf()).isEqualTo(CREATED);
        });
        assertThat(items.getLast()).isInstanceOfSatisfying(Item.Delete.class, deletion -> {
            assertThat(deletion.key()).isEqualTo("cus_1");
            assertThat(deletion.asOf()).isEqualTo(CREATED);
        });
    }

    @Test
    void anUpdatedCustomerIsNotDeleted() {
        assertThat(read(StripeCustomer.RESOURCE, event("customer.updated", object("customer", "cus_1"))))
                .singleElement()
                .isInstanceOf(Item.Upsert.class);
    }

    @Test
    void theEndOfASubscriptionIsNoDeletion() {
        assertThat(read(
                        StripeSubscription.RESOURCE,
                        event("customer.subscription.deleted", object("subscription", "sub_1"))))
                .singleElement()
                .isInstanceOf(Item.Upsert.class);
    }

    @Test
    void aRefundComesInItsOwnEventsAndInOldEventsAboutItsCharge() {
        Json refund = object("refund", "re_1");
        Json other = object("refund", "re_2");
        Json charge = with(object("charge", "ch_1"), "refunds", list(refund, other));

        assertThat(read(StripeRefund.RESOURCE, event("refund.created", refund))).hasSize(1);
        assertThat(read(StripeRefund.RESOURCE, event("charge.refund.updated", refund)))
                .hasSize(1);
        assertThat(read(StripeRefund.RESOURCE, event("charge.refunded", charge)))
                .extracting(item -> ((Item.Upsert) item).resource())
                .containsExactly(refund, other);
        assertThat(read(StripeRefund.RESOURCE, event("charge.refunded", object("charge", "ch_2"))))
                .isEmpty();
    }

    @Test
    void anEventAboutASubscriptionCarriesItsItemsAndTellsWhichAreGone() {
        Json kept = object("subscription_item", "si_1");
        Json removed = object("subscription_item", "si_2");
        Json subscription = with(object("subscription", "sub_1"), "items", list(kept));
        Json previous = new Json.Obj(Map.of("items", list(kept, removed)));

        List<Item> items =
                read(StripeSubscriptionItem.RESOURCE, event("customer.subscription.updated", subscription, previous));

        assertThat(items).hasSize(2);
        assertThat(items.getFirst())
                .isInstanceOfSatisfying(
                        Item.Upsert.class, state -> assertThat(state.resource()).isEqualTo(kept));
        assertThat(items.getLast())
                .isInstanceOfSatisfying(
                        Item.Delete.class,
                        deletion -> assertThat(deletion.key()).isEqualTo("si_2"));
    }

    @Test
    void whatIsMissingInAnIncompleteListIsNotGone() {
        Json first = with(list(object("subscription_item", "si_1")), "has_more", new Json.Bool(true));
        Json subscription = with(object("subscription", "sub_1"), "items", first);
        Json previous = new Json.Obj(Map.of("items", list(object("subscription_item", "si_2"))));

        assertThat(read(
                        StripeSubscriptionItem.RESOURCE,
                        event("customer.subscription.updated", subscription, previous)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Item.Fetch.class, all -> assertThat(all.otherwise()).hasSize(1));
    }

    /** A preview of the next invoice is no invoice, with an id of its own or without. */
    @Test
    void aPreviewSaysNothing() {
        Json preview = new Json.Obj(Map.of("object", new Json.Str("invoice")));

        assertThat(read(StripeInvoice.RESOURCE, event("invoice.upcoming", preview)))
                .isEmpty();
        assertThat(read(StripeInvoice.RESOURCE, event("invoice.upcoming", object("invoice", "upcoming_in_1"))))
                .isEmpty();
    }

    @Test
    void whatAThinEventNamesIsFetched() {
        assertThat(read(StripeCharge.RESOURCE, thin("v1.charge.updated", "charge", "ch_1")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Item.Fetch.class, fetch -> assertThat(fetch.deleted()).isEmpty());
        assertThat(read(StripeCustomer.RESOURCE, thin("v1.customer.deleted", "customer", "cus_1")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Item.Fetch.class, fetch -> assertThat(fetch.deleted()).contains("cus_1"));
        assertThat(read(StripeCharge.RESOURCE, thin("v2.core.account.updated", "v2.core.account", "acct_1")))
                .isEmpty();
    }

    @Test
    void whatHappensToAConnectedAccountSaysWhose() {
        Json charge = object("charge", "ch_1");
        Json event = with(event("charge.succeeded", charge), "account", new Json.Str("acct_1032D82eZvKYlo2C"));

        assertThat(read(StripeCharge.RESOURCE, event))
                .singleElement()
                .isInstanceOfSatisfying(Item.Upsert.class, state -> {
                    assertThat(state.resource().text("webhookdb", "account")).contains("acct_1032D82eZvKYlo2C");
                    assertThat(state.resource().text("id")).contains("ch_1");
                });
    }

    @Test
    void whatIsInAListOfAConnectedAccountsObjectSaysWhose() {
        Json subscription = with(object("subscription", "sub_1"), "items", list(object("subscription_item", "si_1")));
        Json event = with(event("customer.subscription.updated", subscription), "account", new Json.Str("acct_1"));

        assertThat(read(StripeSubscriptionItem.RESOURCE, event))
                .singleElement()
                .isInstanceOfSatisfying(
                        Item.Upsert.class,
                        state -> assertThat(StripeAccount.known(state.resource()))
                                .contains("acct_1"));
    }

    @Test
    void anAccountThatIsNoneIsNoPartOfARequest() {
        for (String account : List.of("", "acct_", "acct_1\r\nX: y", "cus_1")) {
            Json charge = object("charge", "ch_1");
            assertThat(read(
                            StripeCharge.RESOURCE,
                            with(event("charge.succeeded", charge), "account", new Json.Str(account))))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Item.Upsert.class,
                            state -> assertThat(state.resource()).isEqualTo(charge));
        }
    }

    @Test
    void anEventWithoutATimeIsAsOldAsItsArrival() {
        Json event = new Json.Obj(Map.of("data", new Json.Obj(Map.of("object", object("charge", "ch_1")))));

        assertThat(read(StripeCharge.RESOURCE, event))
                .singleElement()
                .isInstanceOfSatisfying(Item.Upsert.class, state -> {
                    assertThat(state.asOf()).isEqualTo(REQUEST.receivedAt());
                    assertThat(state.event()).isEmpty();
                });
    }

    private static List<Item> read(Resource resource, Json event) {
        return resource.webhook().orElseThrow().reader().read(REQUEST, event);
    }

    private static Json event(String type, Json object) {
        return event(type, object, new Json.Obj(Map.of()));
    }

    private static Json event(String type, Json object, Json previous) {
        return new Json.Obj(Map.of(
                "id", new Json.Str("evt_1"),
                "object", new Json.Str("event"),
                "type", new Json.Str(type),
                "created", new Json.Num(BigDecimal.valueOf(CREATED.getEpochSecond())),
                "data", new Json.Obj(Map.of("object", object, "previous_attributes", previous))));
    }

    private static Json thin(String type, String object, String id) {
        return new Json.Obj(Map.of(
                "id", new Json.Str("evt_1"),
                "object", new Json.Str("v2.core.event"),
                "type", new Json.Str(type),
                "created", new Json.Str(CREATED.toString()),
                "related_object", new Json.Obj(Map.of("id", new Json.Str(id), "type", new Json.Str(object)))));
    }

    private static Json object(String type, String id) {
        return new Json.Obj(Map.of("object", new Json.Str(type), "id", new Json.Str(id)));
    }

    private static Json list(Json... objects) {
        return new Json.Obj(Map.of("data", new Json.Arr(List.of(objects)), "has_more", new Json.Bool(false)));
    }

    private static Json with(Json object, String name, Json value) {
        Map<String, Json> fields = new HashMap<>(((Json.Obj) object).fields());
        fields.put(name, value);
        return new Json.Obj(fields);
    }
}
