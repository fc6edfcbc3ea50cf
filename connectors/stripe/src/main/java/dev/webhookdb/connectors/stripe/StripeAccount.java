package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose an object is. With Stripe Connect, the events of connected accounts arrive where the platform's own do, and name their account;
 * the object itself does not. It is kept beside what Stripe says of the object, as {@code webhookdb.account}.
 *
 * @see <a href="https://docs.stripe.com/connect/webhooks">Stripe: events of connected accounts</a>
 * @see <a href="https://docs.stripe.com/connect/authentication">Stripe: requests on behalf of connected accounts</a>
 */
final class StripeAccount {
    /** No object of Stripe's has such a member. */
    private static final String OURS = "webhookdb";

    private static final String ACCOUNT = "account";

    /** Where an object has its account. */
    static final String[] PLACE = {OURS, ACCOUNT};

    static final String FORM = "acct_[A-Za-z0-9]{1,64}";

    private static final Pattern ID = Pattern.compile(FORM);

    private StripeAccount() {}

    /** The account that an event is about; empty for the account's own. A thin event has it as its context. */
    static Optional<String> of(Json event) {
        return event.text("account").or(() -> event.text("context")).filter(StripeAccount::isOne);
    }

    /** The account that is listed. */
    static Optional<String> of(Context context) {
        return context.settings().has(Stripe.CONNECTED_ACCOUNT)
                ? Optional.of(context.settings().text(Stripe.CONNECTED_ACCOUNT))
                : Optional.empty();
    }

    /** The account of an object that is known. */
    static Optional<String> known(Json object) {
        return object.text(PLACE).filter(StripeAccount::isOne);
    }

    /** The same object, with whose it is. */
    static Json mark(Json object, Optional<String> account) {
        if (account.isEmpty() || !(object instanceof Json.Obj(Map<String, Json> fields))) {
            return object;
        }
        Map<String, Json> marked = new LinkedHashMap<>(fields);
        marked.put(OURS, new Json.Obj(Map.of(ACCOUNT, new Json.Str(account.get()))));
        return new Json.Obj(marked);
    }

    private static boolean isOne(String text) {
        return ID.matcher(text).matches();
    }
}
