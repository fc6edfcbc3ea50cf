package dev.webhookdb.api;

import dev.webhookdb.sync.SyncTarget.Terms;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What a request says of how pages are sent. */
final class SyncTerms {
    private static final String PERIOD = SyncHandlers.PERIOD;
    private static final String ON_CHANGE = "on_change";
    private static final String CHANGE = "change";
    private static final String PAGE_SIZE = "page_size";

    private SyncTerms() {}

    /** Returns those of a new target, with the usual ones for what is not said; asks how often it is synced, if that is not. */
    static Terms fresh(Terms usual, Parameters parameters) {
        if (parameters.text(PERIOD).isEmpty() && !parameters.isTrue(ON_CHANGE)) {
            throw parameters.ask(
                    PERIOD,
                    "How many seconds to wait between syncs, 1 to 86400, or 'change' to sync whenever something changes:",
                    "",
                    false);
        }
        return over(usual, new SaidAsText(parameters));
    }

    /** Returns those that there are with what is said; nothing and 0 say nothing. */
    static Terms over(Terms there, Parameters parameters) {
        Parameters said = parameters;
        for (String name : new String[] {PERIOD, PAGE_SIZE, SyncHandlers.TIMEOUT}) {
            if (said.text(name).equals(Optional.of("0"))) {
                said = said.with(name, "");
            }
        }
        return over(there, new SaidAsText(said));
    }

    private static Terms over(Terms there, SaidAsText said) {
        Terms terms = timed(there, said);
        OptionalInt pageSize = said.number(PAGE_SIZE);
        OptionalInt timeout = said.number(SyncHandlers.TIMEOUT);
        if (pageSize.isPresent()) {
            terms = terms.pagesOf(pageSize.getAsInt());
        }
        return timeout.isPresent() ? terms.within(Duration.ofSeconds(timeout.getAsInt())) : terms;
    }

    private static Terms timed(Terms there, SaidAsText said) {
        Optional<String> period = said.text(PERIOD);
        if (period.filter(CHANGE::equalsIgnoreCase).isPresent()) {
            return there.onChange();
        }
        if (said.flag(ON_CHANGE)) {
            if (period.isPresent()) {
                throw ApiException.invalid(
                        PERIOD, "Give 'period_seconds' or 'on_change', not both: a table is synced either way.");
            }
            return there.onChange();
        }
        OptionalInt seconds = said.number(PERIOD);
        return seconds.isPresent() ? there.every(Duration.ofSeconds(seconds.getAsInt())) : there;
    }

    /** Returns whether the rows that are there already are sent first. */
    static boolean everything(Parameters parameters) {
        String initial = parameters.text("initial").orElse("all");
        return switch (initial) {
            case "all" -> true;
            case "none" -> false;
            default ->
                throw ApiException.invalid("initial", "'initial' must be all, to send what is there already, or none.");
        };
    }

    /** Returns how often something is synced, as it is shown and can be said. */
    static String shownPeriod(Terms terms) {
        return terms.period().map(period -> Long.toString(period.toSeconds())).orElse(CHANGE);
    }
}
