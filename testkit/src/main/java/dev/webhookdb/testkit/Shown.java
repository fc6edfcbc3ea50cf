package dev.webhookdb.testkit;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out what a connector can do, from its declaration and from what it does with the samples. */
final class Shown {
    private final Set<Ability> abilities = EnumSet.noneOf(Ability.class);

    private Shown() {}

    static Set<Ability> by(List<Subject> subjects) throws IOException, InterruptedException {
        var shown = new Shown();
        for (Subject subject : subjects) {
            shown.declared(subject.resource());
            shown.protection(Protection.of(subject));
            shown.items(subject);
        }
        return shown.abilities;
    }

    private void declared(Resource resource) {
        add(Ability.WEBHOOKS, resource.webhook().isPresent());
        add(Ability.BACKFILL, resource.backfill().isPresent());
        resource.backfill().ifPresent(this::declared);
    }

    private void declared(Backfill backfill) {
        add(Ability.INCREMENTAL, backfill.overlap().isPresent());
        add(Ability.RANGES, backfill.isRanged());
        add(Ability.POLLING, backfill.interval().isPresent());
        add(Ability.CHILDREN, backfill.parent().isPresent());
    }

    private void protection(Protection protection) {
        add(Ability.SIGNED, protection.kind() == Protection.Kind.SIGNATURE);
        add(Ability.AUTHENTICATED, protection.kind() == Protection.Kind.SECRET);
        add(Ability.REPLAY_PROTECTION, protection.againstReplay());
    }

    private void items(Subject subject) throws IOException, InterruptedException {
        Map<String, Set<Json>> states = new HashMap<>();
        if (subject.resource().webhook().isPresent()) {
            for (WebhookSample sample : subject.samples().webhooks()) {
                subject.read(sample).forEach(item -> item(subject, item, states));
            }
        }
        if (subject.resource().backfill().isPresent()
                && !subject.samples().pages().isEmpty()) {
            for (Listing.Step step : new Listing(subject).everything()) {
                step.page().resources().forEach(one -> state(subject, one, states));
                step.page().items().forEach(item -> item(subject, item, states));
            }
        }
        FetchChecks.fetched(subject).forEach(one -> state(subject, one, states));
        add(Ability.UPDATES, states.values().stream().anyMatch(different -> different.size() > 1));
    }

    private void item(Subject subject, Item item, Map<String, Set<Json>> states) {
        switch (item) {
            case Item.Upsert upsert -> state(subject, upsert.resource(), states);
            case Item.Delete delete -> abilities.add(Ability.DELETIONS);
            case Item.Fetch fetch -> abilities.add(Ability.FETCHES);
        }
    }

    private static void state(Subject subject, Json resource, Map<String, Set<Json>> states) {
        subject.key(resource)
                .ifPresent(key ->
                        states.computeIfAbsent(key, unknown -> new HashSet<>()).add(resource));
    }

    private void add(Ability ability, boolean shown) {
        if (shown) {
            abilities.add(ability);
        }
    }
}
