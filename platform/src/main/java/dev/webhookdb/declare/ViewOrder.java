package dev.webhookdb.declare;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which view has to be there before which. A view is taken to read another one if its statement has the other's name as a word: a table
 * of a subquery that is called so too costs nothing but a place in the order.
 */
final class ViewOrder {
    /** What a statement says about nothing: literals and comments. Possessive, so that no text makes it try long. */
    private static final Pattern ASIDE =
            Pattern.compile("'(?:[^']|'')*+'|--[^\\n]*+|/\\*(?:[^*]|\\*(?!/))*+\\*/|(\\$[A-Za-z_0-9]*+\\$)(?s:.)*?\\1");

    private static final Pattern QUOTED_OR_WORD =
            Pattern.compile("\"((?:[^\"]|\"\")*+)\"|([\\p{L}_][\\p{L}\\p{N}_$]*+)");

    private final Map<String, Declaration> views = new LinkedHashMap<>();
    private final Map<String, String> byFolded = new HashMap<>();
    private final Mistakes mistakes;
    private final Set<String> done = new LinkedHashSet<>();
    private final Deque<String> path = new ArrayDeque<>();

    private ViewOrder(List<Declaration> views, Mistakes mistakes) {
        views.forEach(view -> {
            this.views.put(view.name(), view);
            byFolded.putIfAbsent(folded(view.name()), view.name());
        });
        this.mistakes = mistakes;
    }

    /** Returns views of one organization, each behind those that it reads, and otherwise as they are. */
    static List<Declaration> of(List<Declaration> views, Mistakes mistakes) {
        ViewOrder order = new ViewOrder(views, mistakes);
        order.views.keySet().forEach(order::visit);
        return order.done.stream().map(order.views::get).toList();
    }

    private void visit(String name) {
        if (done.contains(name)) {
            return;
        }
        if (path.contains(name)) {
            complain(name);
            return;
        }
        path.addLast(name);
        read(views.get(name)).forEach(this::visit);
        path.removeLast();
        done.add(name);
    }

    private void complain(String name) {
        List<String> circle = new ArrayList<>(path);
        List<String> round = new ArrayList<>(circle.subList(circle.indexOf(name), circle.size()));
        round.add(name);
        Declaration first = views.get(name);
        mistakes.add(
                new Place(first.at(), Kind.VIEW.section())
                        .below(name, first.at().line()),
                "These views read one another, so that none can be made first: %s. Write one of them without the next."
                        .formatted(String.join(", ", round)));
    }

    private Set<String> read(Declaration view) {
        String sql = view.said("sql")
                .filter(value -> !value.isKept())
                .map(Value::text)
                .orElse("");
        return names(sql).stream()
                .flatMap(name -> named(name).stream())
                .filter(name -> !name.equals(view.name()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Optional<String> named(String word) {
        return views.containsKey(word) ? Optional.of(word) : Optional.ofNullable(byFolded.get(folded(word)));
    }

    private static Set<String> names(String sql) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = QUOTED_OR_WORD.matcher(ASIDE.matcher(sql).replaceAll(" "));
        while (matcher.find()) {
            names.add(
                    matcher.group(1) == null
                            ? matcher.group(2)
                            : matcher.group(1).replace("\"\"", "\""));
        }
        return names;
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
