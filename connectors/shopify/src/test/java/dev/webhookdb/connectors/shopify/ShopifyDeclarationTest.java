package dev.webhookdb.connectors.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and types of columns are a contract with the people who query them. */
class ShopifyDeclarationTest {
    @Test
    void theConnectorIsFoundByItsServiceFile() {
        assertThat(ServiceLoader.load(Connector.class)).singleElement().satisfies(connector -> {
            assertThat(connector.id()).isEqualTo("shopify");
            assertThat(connector.resources())
                    .extracting(Resource::name)
                    .containsExactly(
                            "shopify_customer_v1", "shopify_fulfillment_v1", "shopify_order_v1", "shopify_product_v1");
        });
    }

    @Test
    void theColumnsAreThoseOfTheGuideAndMore() {
        assertThat(ShopifyCustomer.RESOURCE.columns())
                .extracting(Column::name)
                .containsExactly(
                        "created_at",
                        "email",
                        "first_name",
                        "last_name",
                        "last_order_id",
                        "last_order_name",
                        "phone",
                        "state",
                        "updated_at");
        assertThat(ShopifyOrder.RESOURCE.columns())
                .extracting(Column::name)
                .startsWith(
                        "app_id",
                        "cancelled_at",
                        "cart_token",
                        "checkout_token",
                        "closed_at",
                        "created_at",
                        "customer_id",
                        "email",
                        "name",
                        "order_number",
                        "phone",
                        "token",
                        "updated_at",
                        "user_id");
    }

    @Test
    void theShopIsAskedForBeforeItsToken() {
        assertThat(ShopifyOrder.RESOURCE.settings())
                .filteredOn(Setting::required)
                .extracting(Setting::name)
                .containsExactly("webhook_secret", "shop_name", "backfill_secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme-2",
                "Acme-2",
                "acme-2.myshopify.com",
                "https://acme-2.myshopify.com/admin/orders",
                "https://admin.shopify.com/store/acme-2",
                "admin.shopify.com/store/acme-2/settings/apps?x=1"
            })
    void aShopIsNamedInManyWays(String answer) {
        assertThat(Shopify.SHOP_NAME.normalize(answer)).isEqualTo("acme-2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme 2",
                "acme.com",
                "https://shop.acme.com/",
                "acme.myshopify.com.evil.org",
                "acme/../x",
                "-acme"
            })
    void whatCannotBeAShopIsRefusedWithASentence(String answer) {
        assertThatThrownBy(() -> Shopify.SHOP_NAME.normalize(answer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("It must be the shop's name such as acme");
    }

    @Test
    void aVersionIsAQuarter() {
        assertThat(Shopify.API_VERSION.otherwise()).contains("2026-07");
        assertThat(Shopify.API_VERSION.normalize("2026-10")).isEqualTo("2026-10");
        assertThatThrownBy(() -> Shopify.API_VERSION.normalize("2026-7")).hasMessageContaining("such as 2026-07");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shpat_0123456789abcdef", "shppa_1", "two words"})
    void anAccessTokenSignsNoWebhooks(String answer) {
        assertThatThrownBy(() -> Shopify.WEBHOOK_SECRET.normalize(answer))
                .hasMessageContaining("Settings > Notifications > Webhooks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shpss_0123456789abcdef", "two words"})
    void aSecretThatSignsReadsNothing(String answer) {
        assertThatThrownBy(() -> Shopify.ACCESS_TOKEN.normalize(answer)).hasMessageContaining("Develop apps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shpat_1", "shpca_1", "shppa_1", "shpua_1", "0123456789abcdef0123456789abcdef"})
    void everyTokenThatShopifyIssuesIsTaken(String token) {
        assertThat(Shopify.ACCESS_TOKEN.normalize(token)).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shpss_1", "0123456789abcdef0123456789abcdef", "9c5d6e"})
    void everySecretThatShopifyIssuesIsTaken(String secret) {
        assertThat(Shopify.WEBHOOK_SECRET.normalize(secret)).isEqualTo(secret);
    }
}
