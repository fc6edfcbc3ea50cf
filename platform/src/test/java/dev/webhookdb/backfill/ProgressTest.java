package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Progress progress = new Progress();

    @Test
    void a_long_listing_goes_on_while_it_has_something_now_and_then() {
        for (int page = 0; page < 10 * Progress.MOST_EMPTY_PAGES; page++) {
            boolean isEmpty = page % Progress.MOST_EMPTY_PAGES != 0;

            assertThat(turn(page, page + 1, isEmpty)).isEmpty();
        }
    }

    @Test
    void a_hundred_empty_pages_in_a_row_are_enough() {
        for (int page = 1; page < Progress.MOST_EMPTY_PAGES; page++) {
            assertThat(turn(page, page + 1, true)).isEmpty();
        }

        assertThat(turn(100, 101, true)).get().asString().contains("100 empty ones in a row");
    }

    @Test
    void an_end_after_any_number_of_empty_pages_is_an_end() {
        for (int page = 1; page < Progress.MOST_EMPTY_PAGES; page++) {
            turn(page, page + 1, true);
        }

        assertThat(progress.turned(Optional.of("100"), Optional.empty(), true)).isEmpty();
    }

    @Test
    void a_page_that_is_asked_for_again_is_neither_a_loop_nor_another_empty_one() {
        for (int attempt = 0; attempt < 2 * Progress.MOST_EMPTY_PAGES; attempt++) {
            assertThat(turn(1, 2, true)).isEmpty();
        }
    }

    @Test
    void a_loop_is_found_however_full_and_long_it_is() {
        for (int page = 0; page < 500; page++) {
            assertThat(turn(page, page + 1, false)).isEmpty();
        }

        assertThat(turn(500, 3, false)).get().asString().contains("asked for before");
        assertThat(turn(500, 500, false)).get().asString().contains("asked for before");
    }

    private Optional<String> turn(int cursor, int next, boolean isEmpty) {
        return progress.turned(Optional.of("" + cursor), Optional.of("" + next), isEmpty);
    }
}
