package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** Lets a failure say where it happened: a build's log shows generated tests as numbers. */
final class Located {
    private Located() {}

    static DynamicNode in(String place, DynamicNode node) {
        return switch (node) {
            case DynamicContainer container ->
                dynamicContainer(
                        container.getDisplayName(),
                        container.getChildren().map(child -> in(place + " > " + child.getDisplayName(), child)));
            case DynamicTest test -> dynamicTest(test.getDisplayName(), () -> run(place, test.getExecutable()));
            default -> node;
        };
    }

    private static void run(String place, Executable test) throws Throwable {
        try {
            test.execute();
        } catch (AssertionError e) {
            throw new AssertionError("%s\n  %s".formatted(place, e.getMessage()), e);
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "%s\n  The connector throws %s on a sample.\n  What to do: Follow the stack trace of the cause."
                            .formatted(place, e),
                    e);
        }
    }
}
