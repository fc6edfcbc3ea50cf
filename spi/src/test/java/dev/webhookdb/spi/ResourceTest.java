package dev.webhookdb.spi;

import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.json;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A declaration that contradicts itself cannot be built, and says where. */
class ResourceTest {
    private static final Setting KEY = Setting.apiKey("key", "Help.");

    @Test
    void aDeclarationIsWhatWasDeclared() {
        Resource resource = whole().docs("https://example.org/docs").deletable().build();

        assertThat(resource.name()).isEqualTo("acme_order_v1");
        assertThat(resource.title()).isEqualTo("Acme Order");
        assertThat(resource.docs()).hasToString("https://example.org/docs");
        assertThat(resource.key().name()).isEqualTo("id");
        assertThat(resource.columns()).extracting(Column::name).containsExactly("total", "updated");
        assertThat(resource.orderedBy().name()).isEqualTo("updated");
        assertThat(resource.deletable()).isTrue();
        assertThat(resource.webhook()).isEmpty();
        assertThat(resource.backfill()).isPresent();
    }

    @Test
    void anOptionalColumnIsThereOnlyForThoseWhoChoseIt() {
        Setting choice = Setting.choice("more_columns", "Help.");
        Resource resource = whole().settings(choice)
                .columns(text("rare").index().onlyWith(choice))
                .build();

        assertThat(resource.columns()).extracting(Column::name).containsExactly("total", "updated");
        assertThat(resource.optionalColumns()).extracting(Column::name).containsExactly("rare");
        assertThat(resource.choosing(chosen("no"))).isSameAs(resource);
        Resource chosen = resource.choosing(chosen("yes"));
        assertThat(chosen.columns()).extracting(Column::name).containsExactly("total", "updated", "rare");
        assertThat(chosen.optionalColumns()).isEmpty();
        assertThat(chosen.orderedBy()).isSameAs(resource.orderedBy());
    }

    @Test
    void anOptionalColumnNeedsAChoiceThatIsAskedFor() {
        Setting choice = Setting.choice("more_columns", "Help.");

        assertThatThrownBy(() -> whole().columns(text("rare").onlyWith(choice)).build())
                .hasMessageContaining("only with the setting 'more_columns', which it does not declare");
        assertThatThrownBy(() -> text("rare").onlyWith(KEY)).hasMessageContaining("must be a choice");
        assertThatThrownBy(() -> whole().settings(choice)
                        .columns(text("total").onlyWith(choice))
                        .build())
                .hasMessageContaining("declares column 'total' twice");
        assertThatThrownBy(() -> whole().settings(choice)
                        .columns(timestamp("seen").onlyWith(choice))
                        .orderedBy("seen")
                        .build())
                .hasMessageContaining("ordered by 'seen', which is not one of its columns");
    }

    private static Settings chosen(String answer) {
        return new Settings() {
            @Override
            public String text(Setting setting) {
                return answer;
            }

            @Override
            public Secret secret(Setting setting) {
                return Secret.of(answer);
            }

            @Override
            public boolean has(Setting setting) {
                return true;
            }
        };
    }

    @Test
    void aBuiltResourceDoesNotChangeWithItsBuilder() {
        Resource.Builder builder = whole();
        Resource resource = builder.build();

        builder.columns(text("more")).settings(KEY);

        assertThat(resource.columns()).hasSize(2).isUnmodifiable();
        assertThat(resource.settings()).isEmpty();
    }

    @Test
    void aNameIsSafeInSql() {
        for (String name : List.of("", "Order", "1order", "order-v1", "a".repeat(49), "order\"; drop table x")) {
            assertThatThrownBy(() -> Resource.named(name, "Order"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Invalid resource name '%s': use a-z, 0-9 and _, start with a letter, at most 48 characters"
                                    .formatted(name));
        }
    }

    @Test
    void aColumnIsDeclaredOnce() {
        assertInvalid(
                whole().columns(text("total")),
                "Resource 'acme_order_v1' declares column 'total' twice, or the platform owns that name");
        assertInvalid(
                whole().columns(text("id")),
                "Resource 'acme_order_v1' declares column 'id' twice, or the platform owns that name");
    }

    @Test
    void thePlatformOwnsSomeColumns() {
        for (String name : List.of("pk", "data", "deleted_at")) {
            assertInvalid(whole().columns(text(name)), "declares column '%s' twice, or the platform".formatted(name));
        }
    }

    @Test
    void aSettingIsDeclaredOnce() {
        assertInvalid(whole().settings(KEY, KEY), "Resource 'acme_order_v1' declares a setting twice");
    }

    @Test
    void theKeyIsTextFromTheResource() {
        assertInvalid(whole().key(integer("id")), "The key of resource 'acme_order_v1' must be a text column");
        assertInvalid(whole().key(timestamp("id").asOf()), "The key of resource 'acme_order_v1' must be a text column");
    }

    @Test
    void aResourceIsFilledBySomething() {
        assertInvalid(
                Resource.named("acme_order_v1", "Acme Order")
                        .columns(timestamp("updated"))
                        .orderedBy("updated"),
                "Resource 'acme_order_v1' needs a webhook, a backfill, or both");
    }

    @Test
    void statesAreOrderedByAColumn() {
        assertInvalid(
                whole().orderedBy("changed"),
                "Resource 'acme_order_v1' is ordered by 'changed', which is not one of its columns");
        assertInvalid(
                Resource.named("acme_order_v1", "Acme Order").backfill((cursor, context) -> page()),
                "is ordered by '', which is not one of its columns");
    }

    @Test
    void theOrderIsAnInstant() {
        assertInvalid(
                whole().orderedBy("total"),
                "Resource 'acme_order_v1' is ordered by 'total': that must be a timestamp, or be filled by asOf()");
        assertThat(whole().columns(integer("seen").asOf())
                        .orderedBy("seen")
                        .build()
                        .orderedBy()
                        .fromAsOf())
                .isTrue();
    }

    @Test
    void sinceWhenAStateIsNotAValueIsATimestampAtAPathAndOrdersNothing() {
        Column canceled =
                timestamp("canceled_at").at("state").sinceNot("active").index();

        assertThat(canceled.sinceNot()).contains("active");
        assertThat(canceled.path()).containsExactly("state");
        assertThat(timestamp("canceled_at").sinceNot("active").at("state").sinceNot())
                .contains("active");
        assertThat(canceled.asOf().sinceNot()).isEmpty();
        assertThatThrownBy(() -> text("canceled_at").sinceNot("active"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Column 'canceled_at' of type TEXT cannot hold an instant");
        assertInvalid(
                whole().columns(canceled).orderedBy("canceled_at"),
                "Resource 'acme_order_v1' is ordered by 'canceled_at': that must be a timestamp, or be filled by asOf()");
    }

    @Test
    void onlyAnInstantsColumnCanHoldWhenAStateWasTrue() {
        assertThatThrownBy(() -> json("seen").asOf())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Column 'seen' of type JSON cannot hold an instant");
    }

    @Test
    void aColumnIsReadFromTheFieldOfItsNameOrFromAPath() {
        assertThat(text("email").path()).containsExactly("email");
        assertThat(text("email").at("billing", "email").path()).containsExactly("billing", "email");
        assertThatThrownBy(() -> text("email").at())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Column 'email' is read from an empty path");
    }

    @Test
    void aColumnMayHaveSeveralPlaces() {
        assertThat(text("price").alternatives()).isEmpty();
        assertThat(text("price").or("pricing", "price").or("plan").index().alternatives())
                .containsExactly(List.of("pricing", "price"), List.of("plan"));
        assertThatThrownBy(() -> text("price").or()).hasMessage("Column 'price' is read from an empty path");
        assertInvalid(whole().key(text("id").or("uid")), "must be a text column with one path");
    }

    @Test
    void aColumnIsAValue() {
        Column plain = text("email");

        Column indexed = plain.index().via(new Conversion.Reference());

        assertThat(indexed.indexed()).isTrue();
        assertThat(indexed.conversion()).isEqualTo(new Conversion.Reference());
        assertThat(plain.indexed()).isFalse();
        assertThat(plain.conversion()).isEqualTo(new Conversion.AsIs());
    }

    private static Resource.Builder whole() {
        return Resource.named("acme_order_v1", "Acme Order")
                .columns(integer("total"), timestamp("updated"))
                .orderedBy("updated")
                .backfill((cursor, context) -> page());
    }

    private static Backfill.Page page() {
        return Backfill.Page.of(List.of(), Optional.empty());
    }

    private static void assertInvalid(Resource.Builder builder, String message) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
