package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import java.math.BigDecimal;
import java.time.Instant;
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
        return new Json.Obj(Map.of(
                "id", new Json.Str("evt_1"),
                "object", new Json.Str("event"),
                "type", new Json.Str(type),
                "created", new Json.Num(BigDecimal.valueOf(CREATED.getEpochSecond())),
                "data", new Json.Obj(Map.of("object", object))));
    }

    private static Json object(String type, String id) {
        return new Json.Obj(Map.of("object", new Json.Str(type), "id", new Json.Str(id)));
    }
}
