package dev.webhookdb.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Events as they happen, each shown, and forwarded if that is wanted. The server is asked again and again for what is after the last. */
final class Listener {
    /** Below the server's longest, and below what proxies between usually allow. */
    private static final int WAIT_SECONDS = 25;

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private final Environment environment;
    private final Output output;
    private final Pages pages;
    private final Forwarder forwarder;
    private volatile Optional<String> cursor;

    /** Asks the server. */
    @FunctionalInterface
    interface Pages {
        /** Returns the page after a cursor, or from now on; waits so many seconds for an event. */
        Json after(Optional<String> cursor, int wait);
    }

    /** @param cursor where another one ended; empty for now */
    Listener(Environment environment, Output output, Pages pages, Forwarder forwarder, Optional<String> cursor) {
        this.environment = environment;
        this.output = output;
        this.pages = pages;
        this.forwarder = forwarder;
        this.cursor = cursor;
    }

    /** Goes on until the process is ended. */
    void run() {
        if (cursor.isEmpty()) {
            // from now on: what happens between two requests is not missed
            look(0);
        }
        output.hint("Listening. Ctrl-C ends it.");
        while (!Thread.currentThread().isInterrupted()) {
            try {
                look(WAIT_SECONDS);
            } catch (Failure failure) {
                if (!failure.mayPass()) {
                    throw failure;
                }
                output.hint(failure.getMessage());
                rest();
            }
        }
    }

    /** Where to go on. */
    Optional<String> cursor() {
        return cursor;
    }

    /** Shows what is new, and waits for it for so many seconds. */
    void look(int wait) {
        Json page = pages.after(cursor, wait);
        for (Json event : page.items("data")) {
            show(event, forwarder.forward(event, environment.clock().instant()));
        }
        cursor = Optional.of(page.text("next"));
    }

    private void show(Json event, Optional<String> answered) {
        switch (output.format()) {
            case json, raw -> output.line(event.write());
            case csv ->
                output.line(Csv.line(List.of(
                        event.text("created_at"), event.text("type"), event.text("id"), event.text("external_id"))));
            case table ->
                output.line("%s  %s  %s  %s"
                        .formatted(
                                output.local(event.text("created_at")),
                                event.text("type"),
                                event.text("id"),
                                Text.printable(event.text("external_id")))
                        .stripTrailing());
        }
        answered.ifPresent(answer -> output.hint("  -> " + answer));
        environment.out().flush();
    }

    private static void rest() {
        try {
            Thread.sleep(BETWEEN_TRIES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
