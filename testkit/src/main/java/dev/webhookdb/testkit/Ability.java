package dev.webhookdb.testkit;

/**
 * What a connector can do. The author claims abilities, and the samples show them: an ability that is claimed and not shown fails, and so
 * does one that is shown and not claimed.
 */
public enum Ability {
    /** A resource has webhooks. */
    WEBHOOKS("a resource has webhooks", "Declare them with webhook(...)."),

    /** Webhooks are signed, and the signature covers the body. */
    SIGNED(
            "a webhook is rejected when its body was changed",
            "Verify the signature over the exact bytes of Request.body(), for example with one of Verifiers, and add a webhook sample."),

    /** Webhooks carry a secret that does not cover the body, such as a token in a header. */
    AUTHENTICATED(
            "a webhook is rejected without its secret, but accepted with another body",
            "Compare the secret with Secret.matches, and add a webhook sample."),

    /** A webhook that was recorded and is sent again much later is rejected. */
    REPLAY_PROTECTION(
            "a genuine webhook is rejected a day later",
            "Compare the signed timestamp with Request.receivedAt(), as Verifiers.timestampedHmac does."),

    /** An object changes after it was created. */
    UPDATES(
            "two samples hold different states of one object",
            "Add two samples (webhook*.json or page*.json) of one object, before and after a change."),

    /** The provider says when an object is deleted. */
    DELETIONS(
            "a webhook sample, or a page, reports a deletion",
            "Declare the resource deletable(), return Item.delete for the event, and add a sample of one."),

    /** An event only names its object, which is then fetched. */
    FETCHES(
            "a webhook sample is read as Item.fetch",
            "Return Item.fetch for such an event, and add a sample of one and answer*.json with what the provider answers."),

    /** Existing objects can be listed. */
    BACKFILL("a resource has a backfill", "Declare it with backfill(...)."),

    /** Changes since an instant can be listed. */
    INCREMENTAL(
            "a resource's backfill is incremental(...)",
            "Declare it, and ask the provider for what changed after Context.since() when that is present."),

    /** Ranges of time can be listed. */
    RANGES(
            "a resource's backfill is ranged()",
            "Declare it, and ask the provider for what was created within Context.range() when that is present."),

    /** Without webhooks for everything, the provider has to be polled. */
    POLLING("a resource's backfill is repeated every(...)", "Declare it with every(...)."),

    /** Objects are listed for each row of another resource. */
    CHILDREN("a resource is listed forEach(...) row of another", "Declare it with forEach(...).");

    private final String shownWhen;
    private final String remedy;

    Ability(String shownWhen, String remedy) {
        this.shownWhen = shownWhen;
        this.remedy = remedy;
    }

    /** Fails unless the claim agrees with what was seen. */
    void check(boolean claimed, boolean shown) {
        Require.that(
                shown || !claimed,
                "The ability %s is claimed but not shown: it is shown when %s.".formatted(this, shownWhen),
                "%s If the provider cannot do it, remove %s from abilities().".formatted(remedy, this));
        Require.that(
                claimed || !shown,
                "The ability %s is shown but not claimed: %s.".formatted(this, shownWhen),
                "Add %s to abilities(), so that it cannot be lost unnoticed.".formatted(this));
    }
}
