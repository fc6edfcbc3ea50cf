package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Customer;
import com.stripe.model.StripeCollection;
import com.stripe.net.RequestOptions;
import com.stripe.param.ChargeListParams;
import com.stripe.param.CustomerListParams;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stripe's own client pages through the simulated API. */
class StripeApiTest {
    private static final String KEY = "rk_test_simulated";
    private final StripeSimulator account = StripeSimulator.seeded(11);
    private StripeApi api;

    @BeforeEach
    void start() {
        account.happen(600);
        api = StripeApi.serving(account, KEY);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void allChargesComeOncePageByPageNewestFirst() throws StripeException {
        List<String> ids = new ArrayList<>();
        for (Charge charge : client(KEY)
                .v1()
                .charges()
                .list(ChargeListParams.builder().setLimit(7L).build())
                .autoPagingIterable()) {
            ids.add(charge.getId());
        }
        assertThat(ids.reversed()).containsExactlyElementsOf(account.charges().keySet());
        assertThat(api.requests()).isGreaterThan(ids.size() / 7);
    }

    @Test
    void deletedCustomersAreNotListed() throws StripeException {
        List<String> ids = new ArrayList<>();
        for (Customer customer : client(KEY)
                .v1()
                .customers()
                .list(CustomerListParams.builder().setLimit(100L).build())
                .autoPagingIterable()) {
            ids.add(customer.getId());
        }
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(account.customers().values().stream()
                        .filter(customer -> !customer.deleted())
                        .map(StripeObject::id)
                        .toList());
    }

    @Test
    void aRangeOfCreationTimesSelects() throws StripeException {
        long from = account.events().get(200).created();
        long below = account.events().get(400).created();
        StripeCollection<Charge> page = client(KEY)
                .v1()
                .charges()
                .list(ChargeListParams.builder()
                        .setLimit(100L)
                        .setCreated(ChargeListParams.Created.builder()
                                .setGte(from)
                                .setLt(below)
                                .build())
                        .build());
        assertThat(page.getData())
                .isNotEmpty()
                .allSatisfy(charge -> assertThat(charge.getCreated())
                        .isGreaterThanOrEqualTo(from)
                        .isLessThan(below));
    }

    @Test
    void errorsAreThoseOfStripe() {
        assertThatThrownBy(() -> client("rk_test_wrong").v1().charges().list())
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> client(KEY)
                        .v1()
                        .charges()
                        .list(ChargeListParams.builder()
                                .setStartingAfter("ch_no")
                                .build()))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> client(KEY)
                        .v1()
                        .charges()
                        .list(ChargeListParams.builder().setLimit(101L).build()))
                .isInstanceOf(InvalidRequestException.class);
        api.refuseNext(1);
        assertThatThrownBy(() -> client(KEY).v1().charges().list()).isInstanceOf(RateLimitException.class);
    }

    @Test
    void whatIsNoVersionIsRefused() {
        RequestOptions options = RequestOptions.RequestOptionsBuilder.unsafeSetStripeVersionOverride(
                        RequestOptions.builder(), "newest")
                .build();

        assertThatThrownBy(() -> client(KEY).v1().charges().list(options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Invalid Stripe API version: newest");
    }

    private StripeClient client(String key) {
        return StripeClient.builder()
                .setApiKey(key)
                .setApiBase(api.url().toString())
                .setMaxNetworkRetries(0)
                .build();
    }
}
