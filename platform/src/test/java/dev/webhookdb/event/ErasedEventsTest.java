package dev.webhookdb.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErasedEventsTest {
    @Test
    void of_a_row_only_its_key_is_left_and_of_the_event_that_it_happened() {
        assertThat(ErasedEvents.emptied("""
                        {"id":"evt_1","type":"stripe_customer_v1.updated","origin":"webhook","external_id":"cus_1","external_id_column":"stripe_id",\
                        "row":{"stripe_id":"cus_1","email":"a@b.co"},"changes":{"email":"c@d.co"}}""")).isEqualTo("""
                        {"id":"evt_1","type":"stripe_customer_v1.updated","origin":"webhook","external_id":"cus_1","external_id_column":"stripe_id",\
                        "row":{"stripe_id":"cus_1"},"changes":{}}""");
    }

    @Test
    void what_is_emptied_stays_as_it_is() {
        String emptied =
                ErasedEvents.emptied("{\"external_id\":\"1\",\"external_id_column\":\"id\",\"row\":{\"a\":1}}");

        assertThat(ErasedEvents.emptied(emptied)).isEqualTo(emptied);
    }
}
