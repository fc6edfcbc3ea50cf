package dev.webhookdb.store;

import dev.webhookdb.schema.ComparedRows;
import dev.webhookdb.schema.Rank;
import dev.webhookdb.schema.Table;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a table with what its provider lists, and writes nothing to it. What is listed is kept beside it meanwhile, in the same
 * database. Stateless.
 *
 * @param organization the database
 * @param id the comparison's number, greater than that of every earlier one of the same integration
 * @param integrationId whose table it is
 */
public record TableComparison(Database organization, long id, long integrationId) {
    /** How many keys of each kind are told. */
    public static final int MOST_KEYS = 100;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PORTION = 2_000;
    private static final int FORGOTTEN_AT_ONCE = 50_000;

    /**
     * How far a listing reaches.
     *
     * @param column the column with the instant that decides whether a row is listed; empty if nobody can tell
     * @param since from which instant on rows are listed
     */
    public record Limit(Optional<String> column, Instant since) {}

    /**
     * What came out.
     *
     * @param counts how many rows of each kind
     * @param keys the first of each kind that {@linkplain Difference#isReal is to be mended}, in their order
     */
    public record Result(Map<Difference, Long> counts, Map<Difference, List<String>> keys) {}

    /** Begins, unless it was begun. */
    public void begin() {
        organization.run(session -> bound(session, ComparedRows.begin()).execute());
    }

    /** Returns whether what was listed so far is still there: it is not after a crash of PostgreSQL, or in another database. */
    public boolean isKnown() {
        return organization.transaction(session ->
                session.sql(ComparedRows.known()).bind("comparison", id).one(row -> row.flag("known")));
    }

    /**
     * Keeps what a page lists.
     *
     * @return whether that was possible: see {@link #isKnown}
     */
    public boolean keep(Table table, List<State> states) {
        short[] ranks = new short[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = rank(states.get(i)).number();
        }
        return organization.transaction(
                LIMIT,
                session -> session.sql(table.compared().keep())
                        .bind("comparison", id)
                        .bind("keys", states.stream().map(State::key).toArray(String[]::new))
                        .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new))
                        .bind("ranks", ranks)
                        .bind(
                                "resources",
                                states.stream().map(TableComparison::resource).toArray(String[]::new))
                        .one(row -> row.flag("known")));
    }

    private static Rank rank(State state) {
        return switch (state) {
            case State.Present present -> present.rank();
            case State.Deleted deleted -> Rank.LISTED_EVENT;
        };
    }

    private static String resource(State state) {
        return switch (state) {
            case State.Present present -> present.resource();
            case State.Deleted deleted -> null;
        };
    }

    /**
     * Says what the rows are like, after everything was listed. They are read in portions, so that nobody is held up.
     *
     * @param askedAt when the provider was first asked, by its clock
     * @param limit empty if everything is listed
     * @return nothing if that is not possible: see {@link #isKnown}
     * @throws InterruptedException if the thread was interrupted; it takes as long as reading the table takes
     */
    public Optional<Result> judge(Table table, Instant askedAt, Optional<Limit> limit) throws InterruptedException {
        var result = new Result(new EnumMap<>(Difference.class), new EnumMap<>(Difference.class));
        through(
                result,
                (session, after) -> bound(session.sql(table.compared().listed()), after)
                        .bind("asked", askedAt)
                        .list(Judged::read));
        String unlisted = table.compared().unlisted(limit.flatMap(Limit::column));
        through(result, (session, after) -> {
            Statement statement = bound(session.sql(unlisted), after).bind("reaches", limit.isEmpty());
            limit.filter(known -> known.column().isPresent())
                    .ifPresent(known -> statement.bind("since", known.since()));
            return statement.list(Judged::read);
        });
        return isKnown() ? Optional.of(result) : Optional.empty();
    }

    private record Judged(String key, String kind) {
        private static Judged read(Row row) {
            return new Judged(row.text("key"), row.text("kind"));
        }
    }

    private interface Portions {
        List<Judged> following(Session session, String after);
    }

    private void through(Result result, Portions portions) throws InterruptedException {
        String after = "";
        while (true) {
            String last = after;
            List<Judged> portion = organization.transaction(LIMIT, session -> {
                session.sql(ComparedRows.prepare()).list(row -> row.text("setting"));
                return portions.following(session, last);
            });
            portion.forEach(one -> note(result, one));
            if (portion.size() < PORTION) {
                return;
            }
            after = portion.getLast().key();
            if (Thread.interrupted()) {
                throw new InterruptedException("The comparison was interrupted while it read rows.");
            }
        }
    }

    /** What else is told of a row, such as that it was erased, is no difference. */
    private static void note(Result result, Judged one) {
        for (Difference kind : Difference.values()) {
            if (kind.label().equals(one.kind())) {
                result.counts().merge(kind, 1L, Long::sum);
                if (kind.isReal() && result.counts().get(kind) <= MOST_KEYS) {
                    result.keys()
                            .computeIfAbsent(kind, none -> new ArrayList<>())
                            .add(one.key());
                }
            }
        }
    }

    /** Forgets what this comparison and earlier ones of the integration have listed; may be repeated. */
    public void end() {
        int forgotten;
        do {
            forgotten = organization.transaction(
                    LIMIT,
                    session -> bound(session, ComparedRows.forget())
                            .bind("most", FORGOTTEN_AT_ONCE)
                            .execute());
        } while (forgotten == FORGOTTEN_AT_ONCE);
        organization.run(session -> bound(session, ComparedRows.end()).execute());
    }

    private Statement bound(Session session, String statement) {
        return session.sql(statement).bind("comparison", id).bind("integration", integrationId);
    }

    private Statement bound(Statement statement, String after) {
        return statement.bind("comparison", id).bind("after", after).bind("most", PORTION);
    }
}
