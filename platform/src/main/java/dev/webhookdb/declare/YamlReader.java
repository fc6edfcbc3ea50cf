package dev.webhookdb.declare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Makes trees of YAML's text.
 *
 * <p>An alias is a copy of what it stands for, so that whoever reads the tree meets no loops. How much there may be of it is counted while it is
 * copied: a few lines of aliases of aliases stand for billions of values.
 */
final class YamlReader {
    /** Of a file, in characters. */
    static final int LONGEST = 1 << 20;

    private static final int MOST_VALUES = 100_000;
    private static final int DEEPEST = 20;
    private static final Set<Tag> TEXTS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.TIMESTAMP);

    private final String file;
    private final Mistakes mistakes;
    private final Set<Node> around = Collections.newSetFromMap(new IdentityHashMap<>());
    private int values;

    private YamlReader(String file, Mistakes mistakes) {
        this.file = file;
        this.mistakes = mistakes;
    }

    /** Returns the documents of a text, those before the first mistake of the syntax; none for an empty one. */
    static List<Yaml> documents(String file, String text, Mistakes mistakes) {
        return new YamlReader(file, mistakes).documents(text);
    }

    private List<Yaml> documents(String text) {
        String yaml = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (!isReadable(yaml)) {
            return List.of();
        }
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_VALUES);
        YamlEvents events = new YamlEvents(yaml, options, file, mistakes);
        List<Yaml> documents = new ArrayList<>();
        try {
            Composer composer = new Composer(events, new Resolver(), options);
            while (composer.checkNode()) {
                Node root = composer.getNode();
                documents.add(tree(root, new Place(new Position(file, line(root)), ""), 0));
            }
        } catch (MarkedYAMLException e) {
            mistakes.add(new Position(file, line(e, events)), syntax(e));
        } catch (YAMLException e) {
            mistakes.add(
                    new Position(file, events.line()),
                    "This is nested too deeply. Declarations have at most five levels.");
        } catch (IllegalArgumentException e) {
            // what the library does not check itself, such as a version of YAML that is no number
            mistakes.add(
                    new Position(file, events.line()), "This is no YAML. Look at the signs here and in the next line.");
        }
        return documents;
    }

    private boolean isReadable(String yaml) {
        if (yaml.length() > LONGEST) {
            mistakes.add(new Position(file, 1), tooLong());
            return false;
        }
        int line = 1;
        for (int at = 0; at < yaml.length(); at += Character.charCount(yaml.codePointAt(at))) {
            int character = yaml.codePointAt(at);
            if (!StreamReader.isPrintable(character)) {
                mistakes.add(
                        new Position(file, line),
                        "There is the character U+%04X, which YAML does not allow. Remove it.".formatted(character));
                return false;
            }
            line += character == '\n' ? 1 : 0;
        }
        return true;
    }

    static String tooLong() {
        return "This is longer than 1 MiB. Divide it into several files.";
    }

    /** What the library says besides quotes what is written there, which may be a secret. */
    private static String syntax(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        if (problem.contains("TAB")) {
            return "There is a tab where YAML wants blanks. Indent with blanks.";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return "There is a colon where no key can be. Put a value with a colon into quotes, or look at the indentation.";
        }
        if (problem.startsWith("found undefined alias")) {
            return "There is an alias whose anchor is nowhere above. Write &name before what *name stands for, or put the text into quotes.";
        }
        return "This is no YAML (%s). Look at the indentation, and at quotes and brackets that are not closed."
                .formatted(problem.replaceAll("\\s+", " ").strip());
    }

    private static int line(MarkedYAMLException e, YamlEvents events) {
        return e.getProblemMark() == null ? events.line() : e.getProblemMark().getLine() + 1;
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private Yaml tree(Node node, Place place, int depth) {
        if (++values > MOST_VALUES || depth > DEEPEST) {
            if (values == MOST_VALUES + 1 || depth > DEEPEST) {
                mistakes.add(
                        place,
                        "The aliases of this file stand for too much, more than %d values or %d levels. Write out what they stand for."
                                .formatted(MOST_VALUES, DEEPEST));
                values = MOST_VALUES + 1;
            }
            return new Yaml.Unreadable(place);
        }
        if (!around.add(node)) {
            mistakes.add(place, "The alias here stands for something that it is a part of. Write out what is meant.");
            return new Yaml.Unreadable(place);
        }
        try {
            return switch (node) {
                case ScalarNode scalar -> text(scalar, place);
                case SequenceNode sequence when sequence.getTag().equals(Tag.SEQ) -> items(sequence, place, depth);
                case MappingNode mapping when mapping.getTag().equals(Tag.MAP) -> mapping(mapping, place, depth);
                default -> unknownTag(node, place);
            };
        } finally {
            around.remove(node);
        }
    }

    private Yaml text(ScalarNode node, Place place) {
        if (node.getTag().equals(Tag.NULL)) {
            return new Yaml.Nothing(place);
        }
        String text = node.getValue();
        if (!TEXTS.contains(node.getTag()) && !node.getTag().equals(Tag.MERGE)) {
            return unknownTag(node, place);
        }
        if (text.codePoints().anyMatch(YamlReader::cannotBeKept)) {
            mistakes.add(place, "There is an escaped character that no text can have, such as U+0000. Leave it out.");
            return new Yaml.Unreadable(place);
        }
        return new Yaml.Text(place, text);
    }

    /** What the databases refuse: U+0000, and halves of surrogate pairs. */
    private static boolean cannotBeKept(int character) {
        return character == 0 || Character.getType(character) == Character.SURROGATE;
    }

    private Yaml unknownTag(Node node, Place place) {
        mistakes.add(
                place,
                "The tag %s means nothing here. Leave it out."
                        .formatted(Place.shown(node.getTag().getValue().replace(Tag.PREFIX, "!!"))));
        return new Yaml.Unreadable(place);
    }

    private Yaml items(SequenceNode node, Place place, int depth) {
        List<Yaml> items = new ArrayList<>();
        for (Node item : node.getValue()) {
            items.add(tree(item, new Place(new Position(file, line(item)), place.key()), depth + 1));
        }
        return new Yaml.Items(place, List.copyOf(items));
    }

    private Yaml mapping(MappingNode node, Place place, int depth) {
        Map<String, Yaml> entries = new LinkedHashMap<>();
        for (NodeTuple entry : node.getValue()) {
            if (!entry.getKeyNode().getTag().equals(Tag.MERGE)) {
                add(entry, place, depth, entries);
            }
        }
        for (NodeTuple entry : node.getValue()) {
            if (entry.getKeyNode().getTag().equals(Tag.MERGE)) {
                merge(entry, place, depth, entries);
            }
        }
        return new Yaml.Mapping(place, Collections.unmodifiableMap(entries));
    }

    private void add(NodeTuple entry, Place place, int depth, Map<String, Yaml> entries) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
            mistakes.add(
                    new Place(new Position(file, line(entry.getKeyNode())), place.key()),
                    "A list or a mapping cannot be a key. Write a name before the colon, and put ${...} into quotes.");
            return;
        }
        String name = key.getValue();
        Place below = place.below(name, line(key));
        Yaml first = entries.get(name);
        if (first != null) {
            mistakes.add(
                    below,
                    "This key is in line %d already. Remove one of the two."
                            .formatted(first.place().at().line()));
            return;
        }
        entries.put(name, tree(entry.getValueNode(), below, depth + 1));
    }

    /** What a mapping says itself goes before what is merged into it, and what is merged first before what is merged later. */
    private void merge(NodeTuple entry, Place place, int depth, Map<String, Yaml> entries) {
        Place at = new Place(new Position(file, line(entry.getKeyNode())), place.key());
        Node merged = entry.getValueNode();
        List<Node> sources = merged instanceof SequenceNode several ? several.getValue() : List.of(merged);
        for (Node source : sources) {
            Yaml tree = tree(source, at, depth + 1);
            if (tree instanceof Yaml.Mapping(Place ignored, Map<String, Yaml> more)) {
                more.forEach(entries::putIfAbsent);
            } else if (!(tree instanceof Yaml.Unreadable)) {
                mistakes.add(
                        at,
                        "Behind << is %s, and only mappings can be merged. Write <<: *name.".formatted(tree.noun()));
            }
        }
    }
}
