package dev.webhookdb.declare;

import dev.webhookdb.sql.DatabaseException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says where in a file the reason is for what a feature refuses. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final String TAKEN = "23505";

    private Refusals() {}

    static Mistake of(Declaration declaration, RuntimeException failure) {
        return of(declaration.kind(), declaration.name(), declaration.at(), declaration::said, failure);
    }

    static Mistake of(Change change, Step step, RuntimeException failure) {
        return of(
                change.kind(),
                change.name(),
                change.at(),
                path -> step.wish().flatMap(wish -> wish.said(path)),
                failure);
    }

    /** What is said of an attribute. */
    private interface Said {
        Optional<Value> of(String path);
    }

    private static Mistake of(Kind kind, String name, Position at, Said said, RuntimeException failure) {
        String thing = kind == Kind.ORGANIZATION ? kind.section() : "%s.%s".formatted(kind.section(), name);
        return switch (failure) {
            case RejectedException rejected
            when !rejected.attribute().isEmpty() ->
                new Mistake(
                        said.of(rejected.attribute()).map(Value::at).orElse(at),
                        "%s.%s".formatted(thing, rejected.attribute()),
                        sentence(rejected.getMessage()));
            case DatabaseException taken
            when taken.sqlState().equals(TAKEN) ->
                new Mistake(
                        at,
                        thing,
                        "Its id is taken by something else, perhaps in another organization: leave it out, or write another.");
            default -> new Mistake(at, thing, sentence(message(failure)));
        };
    }

    /** A feature says what it refuses; anything else is a defect of ours. */
    private static String message(RuntimeException failure) {
        if (failure.getMessage() == null || failure instanceof NullPointerException) {
            LOG.error("Something went wrong that should not while files were compared or applied", failure);
            return "Something went wrong here, which the server's log describes. Please report it.";
        }
        return failure.getMessage();
    }

    private static String sentence(String text) {
        String stripped = text.strip();
        return stripped.matches("(?s).*[.!?]") ? stripped : stripped + ".";
    }
}
