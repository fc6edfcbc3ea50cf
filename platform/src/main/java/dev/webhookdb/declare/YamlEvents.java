package dev.webhookdb.declare;

import java.util.HashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/** What the library reads, watched on the way: it would let a second anchor of a name take the place of the first without a word. */
final class YamlEvents implements Parser {
    private final Parser parser;
    private final String file;
    private final Mistakes mistakes;
    private final Map<String, Integer> anchors = new HashMap<>();
    private int line = 1;

    YamlEvents(String yaml, LoaderOptions options, String file, Mistakes mistakes) {
        this.parser = new ParserImpl(new StreamReader(yaml), options);
        this.file = file;
        this.mistakes = mistakes;
    }

    /** Returns the line that was read last, from 1. */
    int line() {
        return line;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
        return parser.peekEvent();
    }

    @Override
    public Event getEvent() {
        Event event = parser.getEvent();
        line = event.getStartMark().getLine() + 1;
        if (event instanceof DocumentStartEvent) {
            anchors.clear();
        } else if (event instanceof NodeEvent node && !(event instanceof AliasEvent) && node.getAnchor() != null) {
            Integer first = anchors.putIfAbsent(node.getAnchor(), line);
            if (first != null) {
                mistakes.add(
                        new Position(file, line),
                        "The anchor &%s is in line %d already. Give one of the two another name."
                                .formatted(Place.shown(node.getAnchor()), first));
            }
        }
        return event;
    }
}
