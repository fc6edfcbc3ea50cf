package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.param.ChargeListParams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A million charges that are made when they are asked for are listed like those of any account. */
class ManyStripeChargesTest {
    private static final String KEY = "rk_test_simulated";
    private static final Instant NEWEST = Instant.parse("2026-06-01T00:00:00Z");
    private final ManyStripeCharges api = ManyStripeCharges.serving(1_000_000, KEY, NEWEST);

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aRangeInTheMiddleHoldsExactlyItsCharges() throws StripeException {
        long from = NEWEST.minus(Duration.ofDays(365)).getEpochSecond();
        List<Charge> charges = new ArrayList<>();
        client().v1()
                .charges()
                .list(ChargeListParams.builder()
                        .setLimit(100L)
                        .setCreated(ChargeListParams.Created.builder()
                                .setGte(from)
                                .setLt(from + 86_400)
                                .build())
                        .build())
                .autoPagingIterable()
                .forEach(charges::add);

        assertThat(charges).hasSizeBetween(1_365, 1_375).allSatisfy(charge -> {
            long number = Long.parseLong(charge.getId().substring(13));
            assertThat(charge.getId()).isEqualTo(ManyStripeCharges.id(number));
            assertThat(charge.getCreated()).isEqualTo(api.created(number)).isBetween(from, from + 86_399);
            assertThat(charge.getAmount()).isEqualTo(ManyStripeCharges.amount(number));
            assertThat(charge.getBillingDetails()).isNotNull();
        });
        assertThat(charges).extracting(Charge::getId).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theLastPageIsTheLastOne() throws StripeException {
        var page = client().v1()
                .charges()
                .list(ChargeListParams.builder()
                        .setLimit(100L)
                        .setStartingAfter(ManyStripeCharges.id(999_949))
                        .build());

        assertThat(page.getData()).hasSize(50);
        assertThat(page.getHasMore()).isFalse();
        assertThat(page.getData().getLast().getId()).isEqualTo(ManyStripeCharges.id(999_999));
    }

    private StripeClient client() {
        return StripeClient.builder()
                .setApiKey(KEY)
                .setApiBase(api.url().toString())
                .setMaxNetworkRetries(0)
                .build();
    }
}
