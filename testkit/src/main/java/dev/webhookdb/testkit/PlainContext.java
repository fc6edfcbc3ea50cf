package dev.webhookdb.testkit;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Backfill.Range;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a connector may use while it reads an API, without the platform: requests are sent as they are, once. With it a connector's
 * pages are tested against a simulated API.
 */
public final class PlainContext implements Backfill.Context {
    private static final int ENDLESS = 100_000;

    private final Settings settings;
    private final Optional<Instant> since;
    private final Optional<Range> range;
    private final Optional<Json> parent;
    private final Http http = new PlainHttp();

    private PlainContext(Settings settings, Optional<Instant> since, Optional<Range> range, Optional<Json> parent) {
        this.settings = settings;
        this.since = since;
        this.range = range;
        this.parent = parent;
    }

    /** A context in which everything is wanted. */
    public static PlainContext of(Settings settings) {
        return new PlainContext(settings, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same, but only what has changed since an instant is wanted. */
    public PlainContext since(Instant instant) {
        return new PlainContext(settings, Optional.of(instant), range, parent);
    }

    /** The same, but only what was created within a range is wanted. */
    public PlainContext range(Range wanted) {
        return new PlainContext(settings, since, Optional.of(wanted), parent);
    }

    /** The same, but only what belongs to a parent is wanted. */
    public PlainContext parent(Json resource) {
        return new PlainContext(settings, since, range, Optional.of(resource));
    }

    /** Reads all pages of a resource's listing. */
    public List<Page> pages(Resource resource) throws IOException, InterruptedException {
        Backfill.Pages listing = resource.backfill().orElseThrow().pages();
        List<Page> pages = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page page = listing.fetch(cursor, this);
            pages.add(page);
            cursor = page.next();
        } while (cursor.isPresent() && pages.size() < ENDLESS);
        return pages;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Http http() {
        return http;
    }

    @Override
    public Optional<Instant> since() {
        return since;
    }

    @Override
    public Optional<Range> range() {
        return range;
    }

    @Override
    public Optional<Json> parent() {
        return parent;
    }
}
