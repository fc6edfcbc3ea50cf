package dev.webhookdb.declare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What documents say together: one declaration of each thing, whichever file it is in. */
final class AcrossFiles {
    private final Mistakes mistakes;
    private final Map<String, Declaration> organizations = new LinkedHashMap<>();
    private final Map<String, Said> declared = new HashMap<>();
    private final Map<Identity, Declaration> things = new LinkedHashMap<>();
    private final Map<String, Position> unique = new HashMap<>();

    /** @param organization empty for what is one of its kind on the whole installation */
    private record Identity(Kind kind, String organization, String name) {}

    private AcrossFiles(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** Returns declarations by kind, of a kind as they are written, but views behind those that they read. */
    static List<Declaration> join(List<Said> documents, Mistakes mistakes) {
        AcrossFiles files = new AcrossFiles(mistakes);
        documents.forEach(files::add);
        return files.inOrder();
    }

    private void add(Said said) {
        Declaration organization = said.organization();
        String key = organization.organization();
        Said first = declared.get(key);
        if (said.isDeclared() && first != null) {
            mistakes.add(
                    new Place(organization.at(), Kind.ORGANIZATION.section()),
                    "The organization '%s' is declared at %s already. Write 'organization: %s' here, and what is said of it there."
                            .formatted(key, first.organization().at(), key));
        } else if (said.isDeclared()) {
            declared.put(key, said);
            organizations.put(key, organization);
        } else {
            organizations.putIfAbsent(key, organization);
        }
        said.things().forEach(this::add);
    }

    private void add(Declaration thing) {
        Declaration first = things.putIfAbsent(new Identity(thing.kind(), thing.organization(), thing.name()), thing);
        Place place = new Place(thing.at(), thing.kind().section())
                .below(thing.name(), thing.at().line());
        if (first != null) {
            mistakes.add(
                    place,
                    "The %s '%s' of '%s' is declared at %s already. Remove one of the two, or give this one another name."
                            .formatted(thing.kind().noun(), thing.name(), thing.organization(), first.at()));
            return;
        }
        if (thing.kind() == Kind.VIEW) {
            requireOne(place, "The table or view '%s' of '%s'".formatted(thing.name(), thing.organization()));
        }
        thing.attributes().forEach((path, value) -> {
            Place at = place.below(path, value.at().line());
            if (value.isKept()) {
                return;
            }
            if (path.equals("id")) {
                requireOne(at, "The id '%s'".formatted(value.text()));
            } else if (path.equals("sha256")) {
                requireOne(at, "The token with this SHA-256");
            } else if (thing.kind() == Kind.INTEGRATION && path.startsWith("tables.")) {
                requireOne(at, "The table or view '%s' of '%s'".formatted(value.text(), thing.organization()));
            }
        });
    }

    private void requireOne(Place place, String what) {
        Position first = unique.putIfAbsent(what, place.at());
        if (first != null) {
            mistakes.add(place, "%s is declared at %s already. Write another here.".formatted(what, first));
        }
    }

    private List<Declaration> inOrder() {
        List<Declaration> all = new ArrayList<>(organizations.values());
        things.values().stream().filter(thing -> thing.kind() != Kind.VIEW).forEach(all::add);
        for (String organization : organizations.keySet()) {
            all.addAll(ViewOrder.of(
                    things.values().stream()
                            .filter(thing -> thing.kind() == Kind.VIEW
                                    && thing.organization().equals(organization))
                            .toList(),
                    mistakes));
        }
        all.sort(Comparator.comparing(Declaration::kind));
        return List.copyOf(all);
    }
}
