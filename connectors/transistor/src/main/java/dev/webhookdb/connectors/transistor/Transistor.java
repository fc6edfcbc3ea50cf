package dev.webhookdb.connectors.transistor;

import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Setting;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What all Transistor resources share: the key in a header, and pages by number.
 *
 * <p>Transistor has webhooks, unsigned and for some events of one show only, so that everything has to be polled anyway.
 *
 * @see <a href="https://developers.transistor.fm/">Transistor: API reference</a>
 */
final class Transistor {
    static final Setting API_KEY = Setting.apiKey(
                    "backfill_key",
                    "In Transistor, open your account (dashboard.transistor.fm/account) and copy the API key under API Access. It reads all"
                            + " podcasts that you can see.")
            .matching(
                    "[!-~]+",
                    "It must be an API key, which has no spaces: open dashboard.transistor.fm/account and copy it under API Access.");
    static final Setting API_URL = Setting.apiUrl("https://api.transistor.fm");

    private Transistor() {}

    static Http.Call get(String path, Context context) {
        return context.http()
                .get(context.settings().text(API_URL) + path)
                .header("x-api-key", context.settings().secret(API_KEY));
    }

    /** A list's page; Transistor may make it smaller than asked for. */
    static Http.Call list(String path, Context context, String page, int size) {
        return get(path, context).query("pagination[page]", page).query("pagination[per]", String.valueOf(size));
    }

    /** Returns the number of the page after this one, empty after the last. */
    static Optional<String> next(Json answer, String page) {
        int asked = Integer.parseInt(page);
        return answer.number("meta", "totalPages")
                .filter(pages -> pages.compareTo(new BigDecimal(asked)) > 0)
                .map(pages -> String.valueOf(asked + 1));
    }

    static Page total(Page page, Json answer) {
        return answer.number("meta", "totalCount")
                .map(count -> page.total(count.longValue()))
                .orElse(page);
    }

    static Optional<Instant> instant(Json resource, String... path) {
        try {
            return resource.text(path).map(text -> OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String id(Json resource) {
        return resource.text("id")
                .filter(id -> id.matches("[A-Za-z0-9_-]+"))
                .orElseThrow(() -> new ConnectorException(
                        Reason.UNEXPECTED, "Transistor listed something whose id cannot be part of an address."));
    }
}
