package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** How the kit complains, and what it asks of the complaints of a destination. */
final class Complaint {
    private Complaint() {}

    static void unless(boolean holds, String problem, String remedy) {
        if (!holds) {
            Assertions.fail(problem + "\n  What to do: " + remedy);
        }
    }

    /** Requires a failure for one of the reasons, told in a sentence without a secret. */
    static void refused(String what, Executable call, String secret, Reason... reasons) {
        DestinationException failure = failure(what, call);
        unless(
                Arrays.asList(reasons).contains(failure.reason()),
                "%s is refused as %s: %s".formatted(what, failure.reason(), failure.getMessage()),
                "Throw a DestinationException with the reason %s.".formatted(Arrays.toString(reasons)));
        sentence(what, failure.getMessage(), secret);
    }

    /** Returns the failure of a call that must not succeed. */
    static DestinationException failure(String what, Executable call) {
        try {
            call.execute();
        } catch (DestinationException e) {
            return e;
        } catch (Throwable e) {
            throw new AssertionError(
                    "%s fails with %s.%n  What to do: Throw a DestinationException with a reason and a sentence."
                            .formatted(what, e),
                    e);
        }
        throw new AssertionError("%s is not refused.%n  What to do: Throw a DestinationException.".formatted(what));
    }

    /** Requires a sentence that does not tell a secret. */
    static void sentence(String what, String message, String secret) {
        unless(
                message != null && message.matches("(?s)\\p{Lu}.*\\s.*[.?!]"),
                "%s is refused with '%s', which is no sentence.".formatted(what, message),
                "Say what is wrong and what to do about it.");
        unless(
                secret.isEmpty() || !message.contains(secret),
                "%s is refused with a message that has the password in it.".formatted(what),
                "Leave URLs and passwords out of messages.");
    }
}
