package dev.webhookdb.spi;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of object that is replicated, such as a Stripe charge, and the table it becomes.
 *
 * <p>Every table has, besides what is declared here, {@code pk} (the platform's own number), {@code deleted_at} if the resource
 * {@linkplain Builder#deletable can be deleted}, and {@code data} (the whole resource). Names and types of columns are a contract
 * with the people who query them: later releases may append columns; anything else is a new resource, {@code _v2}.
 */
public final class Resource {
    /** Fetches a resource by its key. */
    @FunctionalInterface
    public interface ByKey {
        /**
         * Fetches the resource's present state.
         *
         * @throws IOException if the provider cannot be reached; the platform retries
         * @throws ConnectorException if trying again would not help; with {@link ConnectorException.Reason#GONE} if it is not there
         */
        Json fetch(String key, Backfill.Context context) throws IOException, InterruptedException;
    }

    /** PostgreSQL takes no more than 1,600, and fewer of wide types. */
    private static final int MOST_COLUMNS = 500;

    private static final int LONGEST_TITLE = 100;

    /** What every table of PostgreSQL has, under names that no other column may have. */
    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private final String name;
    private final String title;
    private final URI docs;
    private final List<Setting> settings;
    private final Column key;
    private final List<Column> columns;
    private final List<Column> optionalColumns;
    private final Column orderedBy;
    private final boolean deletable;
    private final Optional<Webhook> webhook;
    private final Optional<Backfill> backfill;
    private final Optional<ByKey> byKey;
    private final List<Gap> gaps;

    private Resource(Builder from) {
        this.name = from.name;
        this.title = from.title;
        this.docs = from.docs;
        this.settings = List.copyOf(from.settings);
        this.key = from.key;
        this.columns = from.columns.stream()
                .filter(column -> column.choice().isEmpty())
                .toList();
        this.optionalColumns = from.columns.stream()
                .filter(column -> column.choice().isPresent())
                .toList();
        this.deletable = from.deletable;
        this.webhook = Optional.ofNullable(from.webhook);
        this.backfill = Optional.ofNullable(from.backfill);
        this.byKey = Optional.ofNullable(from.byKey);
        this.gaps = List.copyOf(from.gaps);
        checkNames();
        checkHalves();
        this.orderedBy = columns.stream()
                .filter(column -> column.name().equals(from.orderedBy))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("Resource '%s' is ordered by '%s', which is not one of its columns"
                                .formatted(name, from.orderedBy)));
        checkOrder();
    }

    private Resource(Resource other, List<Column> chosen) {
        this.name = other.name;
        this.title = other.title;
        this.docs = other.docs;
        this.settings = other.settings;
        this.key = other.key;
        List<Column> all = new ArrayList<>(other.columns);
        all.addAll(chosen);
        this.columns = List.copyOf(all);
        this.optionalColumns = other.optionalColumns.stream()
                .filter(column -> !chosen.contains(column))
                .toList();
        this.orderedBy = other.orderedBy;
        this.deletable = other.deletable;
        this.webhook = other.webhook;
        this.backfill = other.backfill;
        this.byKey = other.byKey;
        this.gaps = other.gaps;
    }

    /**
     * Starts a declaration.
     *
     * @param name identifier with its version, for example {@code stripe_charge_v1}
     * @param title name shown to people, in the singular
     */
    public static Builder named(String name, String title) {
        return new Builder(Names.check("resource", name), title);
    }

    private void checkNames() {
        if (title.isBlank() || title.length() > LONGEST_TITLE || title.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "The title of resource '%s' must be one line of 1 to %d characters".formatted(name, LONGEST_TITLE));
        }
        if (columns.size() > MOST_COLUMNS) {
            throw new IllegalArgumentException(
                    "Resource '%s' declares %d columns; at most %d are possible: leave what is rarely asked for in the column data"
                            .formatted(name, columns.size(), MOST_COLUMNS));
        }
        Set<String> taken = new HashSet<>(Set.of("pk", "data", "deleted_at"));
        List<Column> all = new ArrayList<>(columns);
        all.addAll(optionalColumns);
        all.addFirst(key);
        for (Column column : all) {
            if (SYSTEM_COLUMNS.contains(column.name())) {
                throw new IllegalArgumentException(
                        "Resource '%s' declares column '%s', which every table of PostgreSQL has already: choose another name"
                                .formatted(name, column.name()));
            }
            if (!taken.add(column.name())) {
                throw new IllegalArgumentException(
                        "Resource '%s' declares column '%s' twice, or the platform owns that name"
                                .formatted(name, column.name()));
            }
        }
        for (Column column : optionalColumns) {
            if (!settings.contains(column.choice().orElseThrow())) {
                throw new IllegalArgumentException(
                        "Resource '%s' has the column '%s' only with the setting '%s', which it does not declare"
                                .formatted(
                                        name,
                                        column.name(),
                                        column.choice().orElseThrow().name()));
            }
        }
        for (Gap gap : gaps) {
            if (!taken.containsAll(gap.columns())) {
                throw new IllegalArgumentException(
                        "Resource '%s' says that %s are NULL %s, of which it does not declare all"
                                .formatted(name, gap.columns(), gap.versions()));
            }
        }
        if (settings.stream().map(Setting::name).distinct().count() < settings.size()) {
            throw new IllegalArgumentException("Resource '%s' declares a setting twice".formatted(name));
        }
    }

    private void checkHalves() {
        boolean onePlace = !key.path().isEmpty() && key.alternatives().isEmpty();
        if (key.type() != Column.Type.TEXT || !onePlace) {
            throw new IllegalArgumentException(
                    "The key of resource '%s' must be a text column with one path".formatted(name));
        }
        if (backfill.flatMap(Backfill::parent).filter(name::equals).isPresent()) {
            throw new IllegalArgumentException(
                    "Resource '%s' is listed for each row of itself, which would never end".formatted(name));
        }
        backfill.flatMap(Backfill::reach).flatMap(Reach::countedFrom).ifPresent(this::checkCountedFrom);
        if (webhook.isEmpty() && backfill.isEmpty()) {
            throw new IllegalArgumentException("Resource '%s' needs a webhook, a backfill, or both".formatted(name));
        }
    }

    private void checkCountedFrom(String column) {
        boolean instant = columns.stream()
                .anyMatch(declared -> declared.name().equals(column) && declared.type() == Column.Type.TIMESTAMP);
        if (!instant) {
            throw new IllegalArgumentException(
                    "The days that a backfill of resource '%s' reaches are counted from '%s', which is not one of its timestamps"
                            .formatted(name, column));
        }
    }

    private void checkOrder() {
        boolean instant = orderedBy.type() == Column.Type.TIMESTAMP
                && orderedBy.sinceNot().isEmpty();
        if (!orderedBy.fromAsOf() && !instant) {
            throw new IllegalArgumentException(
                    "Resource '%s' is ordered by '%s': that must be a timestamp, or be filled by asOf()"
                            .formatted(name, orderedBy.name()));
        }
    }

    /** Returns the identifier. */
    public String name() {
        return name;
    }

    /** Returns the name shown to people. */
    public String title() {
        return title;
    }

    /** Returns the provider's own description of the resource. */
    public URI docs() {
        return docs;
    }

    /** Returns what the operator supplies, in the order to ask for it. */
    public List<Setting> settings() {
        return settings;
    }

    /** Returns the column that identifies a resource. */
    public Column key() {
        return key;
    }

    /** Returns the other columns that every table has. */
    public List<Column> columns() {
        return columns;
    }

    /** Returns the columns that only some tables have, because of a {@linkplain Column#onlyWith choice}. */
    public List<Column> optionalColumns() {
        return optionalColumns;
    }

    /** Returns the same resource with those optional columns, behind the others, that an operator has chosen. */
    public Resource choosing(Settings settings) {
        List<Column> chosen = optionalColumns.stream()
                .filter(column -> column.choice().orElseThrow().isChosen(settings))
                .toList();
        return chosen.isEmpty() ? this : new Resource(this, chosen);
    }

    /** Returns the column by whose value states of one resource are ordered. */
    public Column orderedBy() {
        return orderedBy;
    }

    /** Returns whether the provider says when a resource is deleted. */
    public boolean deletable() {
        return deletable;
    }

    /** Returns how webhooks are received, if the provider sends them. */
    public Optional<Webhook> webhook() {
        return webhook;
    }

    /** Returns how existing resources are listed, if the provider can. */
    public Optional<Backfill> backfill() {
        return backfill;
    }

    /** Returns how one resource is fetched by its key, if the provider can. */
    public Optional<ByKey> byKey() {
        return byKey;
    }

    /** Returns which columns are known to be NULL at some versions of the provider's API. */
    public List<Gap> gaps() {
        return gaps;
    }

    @Override
    public String toString() {
        return "Resource[%s]".formatted(name);
    }

    /** Collects the parts of a {@link Resource}; for use by one thread. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final List<Setting> settings = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private URI docs = URI.create("about:blank");
        private Column key = Column.text("id");
        private String orderedBy = "";
        private boolean deletable;
        private Webhook webhook;
        private Backfill backfill;
        private ByKey byKey;
        private final List<Gap> gaps = new ArrayList<>();

        private Builder(String name, String title) {
            this.name = name;
            this.title = title;
        }

        /** Sets the address of the provider's own description. */
        public Builder docs(String uri) {
            this.docs = URI.create(uri);
            return this;
        }

        /** Adds what the operator supplies, in the order to ask for it. */
        public Builder settings(Setting... more) {
            settings.addAll(List.of(more));
            return this;
        }

        /** Sets the column that identifies a resource: text, unique, never null. Numbers become their decimal text. */
        public Builder key(Column column) {
            this.key = column;
            return this;
        }

        /** Adds columns. */
        public Builder columns(Column... more) {
            columns.addAll(List.of(more));
            return this;
        }

        /**
         * Sets the column by whose value states are ordered: the provider's time of modification, or one filled by
         * {@link Column#asOf}. Where a state lacks the former, the {@code asOf} of its item takes its place.
         */
        public Builder orderedBy(String column) {
            this.orderedBy = column;
            return this;
        }

        /** Says that the provider reports deletions: the table gets a column {@code deleted_at}. */
        public Builder deletable() {
            this.deletable = true;
            return this;
        }

        /** Sets how webhooks are received. */
        public Builder webhook(Webhook how) {
            this.webhook = how;
            return this;
        }

        /** Sets how existing resources are listed. */
        public Builder backfill(Backfill how) {
            this.backfill = how;
            return this;
        }

        /** Sets how existing resources are listed, by a listing that is always complete. */
        public Builder backfill(Backfill.Pages how) {
            return backfill(Backfill.of(how));
        }

        /**
         * Sets how one resource is fetched by its key. The platform does so when the events of one instant do not tell which of them came
         * last, once for all of them, if the operator has supplied what the provider's API needs.
         */
        public Builder fetchedBy(ByKey how) {
            this.byKey = how;
            return this;
        }

        /** Says which columns are NULL at some versions of the provider's API, of which operators are told who use them. */
        public Builder gaps(Gap... more) {
            gaps.addAll(List.of(more));
            return this;
        }

        /**
         * Builds the resource.
         *
         * @throws IllegalArgumentException if the declaration contradicts itself; the message says where
         */
        public Resource build() {
            return new Resource(this);
        }
    }
}
