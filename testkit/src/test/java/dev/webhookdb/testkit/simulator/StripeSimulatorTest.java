package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.Stripe;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Charge;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The oracle is Stripe's own library: what it verifies and reads is what Stripe would have sent. */
class StripeSimulatorTest {
    private static final String SECRET = "whsec_test";

    @Test
    void stripesLibraryVerifiesAndReadsEveryEvent() throws SignatureVerificationException {
        assertThat(StripeSimulator.API_VERSION).isEqualTo(Stripe.API_VERSION);
        for (StripeEvent event : StripeSimulator.seeded(1).happen(500)) {
            Event read = Webhook.constructEvent(event.body(), signature(event), SECRET);
            assertThat(read.getId()).isEqualTo(event.id());
            assertThat(read.getCreated()).isEqualTo(event.created());
            if (read.getType().startsWith("charge.")) {
                Charge charge =
                        (Charge) read.getDataObjectDeserializer().getObject().orElseThrow();
                assertThat(charge.getId()).isEqualTo(event.objectId());
                assertThat(charge.getOutcome().getRiskLevel()).isEqualTo("normal");
                assertThat(charge.getAmountRefunded()).isBetween(0L, charge.getAmount());
            }
            if (read.getType().startsWith("customer.")) {
                Customer customer =
                        (Customer) read.getDataObjectDeserializer().getObject().orElseThrow();
                assertThat(customer.getId()).isEqualTo(event.objectId());
            }
        }
    }

    @Test
    void aSignatureWithAnotherSecretIsNotAccepted() {
        StripeEvent event = StripeSimulator.seeded(1).happen(1).getFirst();
        assertThatThrownBy(() -> Webhook.constructEvent(event.body(), signature(event), "whsec_other"))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void theSameSeedGivesTheSameHistoryAndAnotherSeedAnother() {
        assertThat(StripeSimulator.seeded(7).happen(200))
                .isEqualTo(StripeSimulator.seeded(7).happen(200))
                .isNotEqualTo(StripeSimulator.seeded(8).happen(200));
    }

    @Test
    void everyKindOfEventHappens() {
        Set<String> types = StripeSimulator.seeded(3).happen(2000).stream()
                .map(StripeEvent::type)
                .collect(Collectors.toSet());
        assertThat(types)
                .contains(
                        "charge.pending",
                        "charge.succeeded",
                        "charge.failed",
                        "charge.captured",
                        "charge.refunded",
                        "charge.updated",
                        "customer.created",
                        "customer.updated",
                        "customer.deleted",
                        "invoice.paid");
    }

    @Test
    void theFinalStateIsThatOfTheNewestEvent() {
        StripeSimulator account = StripeSimulator.seeded(4);
        Map<String, StripeEvent> newest = new HashMap<>();
        account.happen(2000).forEach(event -> newest.put(event.objectId(), event));

        assertThat(account.charges().values()).isNotEmpty().allSatisfy(charge -> {
            StripeEvent event = newest.get(charge.id());
            assertThat(charge.asOf()).isEqualTo(event.created());
            assertThat(event.body().replaceAll("\\s", ""))
                    .contains(charge.json().replaceAll("\\s", ""));
            assertThat(charge.deleted()).isFalse();
        });
        assertThat(account.customers().values()).anyMatch(StripeObject::deleted).allSatisfy(customer -> {
            StripeEvent event = newest.get(customer.id());
            assertThat(customer.asOf()).isEqualTo(event.created());
            assertThat(customer.deleted()).isEqualTo(event.type().equals("customer.deleted"));
        });
    }

    @Test
    void twoEventsOfOneObjectShareASecondOnlyWhenThatIsWanted() {
        assertThat(secondsShared(StripeSimulator.seeded(5))).isZero();
        assertThat(secondsShared(StripeSimulator.seeded(5).sameSecondEdits(true)))
                .isPositive();
    }

    @Test
    void anUpdateTellsWhatItReplaced() throws SignatureVerificationException {
        StripeEvent update = first(
                StripeSimulator.seeded(6).happen(500), event -> event.type().equals("charge.captured"));
        Event read = Webhook.constructEvent(update.body(), signature(update), SECRET);
        assertThat(read.getData().getPreviousAttributes()).containsKeys("captured", "amount_captured");
    }

    @Test
    void aChargeHasTheSizeOfARealOne() {
        StripeSimulator account = StripeSimulator.seeded(9);
        account.happen(300);
        assertThat(account.charges().values())
                .allSatisfy(charge -> assertThat(charge.json().length()).isBetween(2000, 4500));
    }

    @Test
    void theClockStartsWhereItIsTold() {
        Instant start = Instant.parse("2026-03-01T00:00:00Z");
        StripeSimulator account = StripeSimulator.seeded(1).startingAt(start);
        assertThat(account.happen(10).getFirst().created())
                .isBetween(start.getEpochSecond(), start.getEpochSecond() + 20);
        assertThat(account.now()).isAfter(start);
    }

    @Test
    void deliveriesAreShuffledDuplicatedAndLostAsTheSeedDecides() {
        List<StripeEvent> events = StripeSimulator.seeded(1).happen(1000);
        Deliveries<StripeEvent> deliveries = new Deliveries<>(events, 42);

        assertThat(deliveries.shuffled().events())
                .containsExactlyInAnyOrderElementsOf(events)
                .isNotEqualTo(events)
                .isEqualTo(deliveries.shuffled().events());
        assertThat(deliveries.duplicated(10).events()).hasSizeBetween(1050, 1150);
        assertThat(new HashSet<>(deliveries.duplicated(10).events())).hasSize(1000);
        assertThat(deliveries.lost(10).events()).hasSizeBetween(850, 950);
        assertThat(deliveries.delayed(20, 50).events())
                .containsExactlyInAnyOrderElementsOf(events)
                .isNotEqualTo(events);
    }

    private static long secondsShared(StripeSimulator account) {
        List<StripeEvent> events = account.happen(1000);
        return events.size()
                - events.stream()
                        .map(event -> event.objectId() + event.created())
                        .distinct()
                        .count();
    }

    private static StripeEvent first(List<StripeEvent> events, Predicate<StripeEvent> wanted) {
        return events.stream().filter(wanted).findFirst().orElseThrow();
    }

    private static String signature(StripeEvent event) {
        return StripeSimulator.sign(SECRET, event.bytes(), Instant.now().getEpochSecond());
    }
}
