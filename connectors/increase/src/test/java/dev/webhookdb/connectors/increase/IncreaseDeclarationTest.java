package dev.webhookdb.connectors.increase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Names and types are a contract with the people who query the tables. */
class IncreaseDeclarationTest {
    @Test
    void theConnectorIsFound() {
        Connector increase = ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(connector -> connector.id().equals("increase"))
                .findFirst()
                .orElseThrow();

        assertThat(increase.title()).isEqualTo("Increase");
        assertThat(increase.rateLimit().map(RateLimit::requests)).contains(100);
        assertThat(increase.resources())
                .extracting(Resource::name)
                .containsExactly(
                        "increase_account_v1",
                        "increase_account_number_v1",
                        "increase_account_transfer_v1",
                        "increase_ach_transfer_v1",
                        "increase_check_transfer_v1",
                        "increase_event_v1",
                        "increase_transaction_v1",
                        "increase_wire_transfer_v1");
        assertThat(increase.resources()).allSatisfy(resource -> {
            assertThat(resource.settings())
                    .extracting(Setting::name)
                    .containsExactly("webhook_secret", "backfill_key", "api_url");
            assertThat(resource.docs().toString()).startsWith("https://increase.com/documentation/api/");
            assertThat(resource.backfill().orElseThrow().overlap()).contains(Duration.ofMinutes(10));
        });
    }

    @Test
    void anAchTransferIsThisTable() {
        assertThat(Declarations.columns(AchTransfer.RESOURCE))
                .containsExactly(
                        "increase_id TEXT <- id",
                        "account_number TEXT indexed <- account_number",
                        "account_id TEXT indexed <- account_id",
                        "amount NUMERIC indexed <- amount",
                        "created_at TIMESTAMP indexed <- created_at",
                        "updated_at TIMESTAMP indexed <- as of",
                        "routing_number TEXT indexed <- routing_number",
                        "status TEXT <- status",
                        "transaction_id TEXT indexed <- transaction_id");
    }

    @Test
    void aTransactionIsThisTable() {
        assertThat(Declarations.columns(Transaction.RESOURCE))
                .containsExactly(
                        "increase_id TEXT <- id",
                        "account_id TEXT indexed <- account_id",
                        "amount NUMERIC indexed <- amount",
                        "created_at TIMESTAMP indexed <- created_at",
                        "updated_at TIMESTAMP indexed <- as of",
                        "date DATE indexed <- created_at",
                        "route_id TEXT indexed <- route_id");
    }

    @Test
    void aWireTransferIsThisTable() {
        assertThat(Declarations.columns(WireTransfer.RESOURCE))
                .containsExactly(
                        "increase_id TEXT <- id",
                        "account_number TEXT indexed <- account_number",
                        "account_id TEXT indexed <- account_id",
                        "amount NUMERIC indexed <- amount",
                        "approved_at TIMESTAMP <- approval.approved_at",
                        "created_at TIMESTAMP indexed <- created_at",
                        "routing_number TEXT indexed <- routing_number",
                        "status TEXT <- status",
                        "transaction_id TEXT indexed <- transaction_id",
                        "updated_at TIMESTAMP indexed <- as of");
    }

    @Test
    void aCheckTransferIsThisTable() {
        assertThat(Declarations.columns(CheckTransfer.RESOURCE))
                .containsExactly(
                        "increase_id TEXT <- id",
                        "created_at TIMESTAMP indexed <- created_at",
                        "updated_at TIMESTAMP indexed <- as of",
                        "account_id TEXT indexed <- account_id",
                        "amount NUMERIC indexed <- amount",
                        "account_number TEXT indexed <- account_number",
                        "routing_number TEXT indexed <- routing_number",
                        "check_number TEXT indexed <- check_number",
                        "recipient_name TEXT <- physical_check.recipient_name",
                        "status TEXT <- status",
                        "canceled_at TIMESTAMP indexed <- cancellation.canceled_at",
                        "deposited_at TIMESTAMP indexed <- deposit.deposited_at",
                        "mailed_at TIMESTAMP indexed <- mailing.mailed_at",
                        "submitted_at TIMESTAMP indexed <- submission.submitted_at");
    }

    @Test
    void anAccountIsThisTable() {
        assertThat(Declarations.columns(Account.RESOURCE))
                .containsExactly(
                        "increase_id TEXT <- id",
                        "created_at TIMESTAMP indexed <- created_at",
                        "updated_at TIMESTAMP indexed <- as of",
                        "name TEXT <- name",
                        "entity_id TEXT indexed <- entity_id",
                        "status TEXT <- status",
                        "interest_accrued NUMERIC <- interest_accrued");
    }

    @Test
    void anEventIsThisTable() {
        assertThat(Declarations.columns(Event.RESOURCE))
                .containsExactly(
                        "increase_id TEXT <- id",
                        "associated_object_id TEXT indexed <- associated_object_id",
                        "associated_object_type TEXT <- associated_object_type",
                        "category TEXT indexed <- category",
                        "created_at TIMESTAMP indexed <- created_at");
    }

    @Test
    void aKeyHasNoSpacesAndASecretMayHave() {
        assertThatThrownBy(() -> Increase.API_KEY.normalize("two words")).hasMessageContaining("Developers > API keys");
        assertThat(Increase.API_KEY.normalize("sandbox_key_1")).isEqualTo("sandbox_key_1");
        assertThat(Increase.WEBHOOK_SECRET.normalize("a shared secret, Zoë")).isEqualTo("a shared secret, Zoë");
    }
}
