package dev.webhookdb.cli;

import java.util.List;

/** A way to write a manual down. */
interface Markup {
    /** Begins the document. */
    String title(String name, String summary);

    /** Begins a chapter. */
    String chapter(String text);

    /** Begins the part about a command. */
    String command(String synopsis);

    String paragraph(String text);

    /** Something and what it is. */
    String definition(String term, String text);

    /** Commands as one types them. */
    String examples(List<String> lines);
}
