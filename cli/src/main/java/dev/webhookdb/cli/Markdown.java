package dev.webhookdb.cli;

import java.util.List;

/** A manual in Markdown. */
final class Markdown implements Markup {
    @Override
    public String title(String name, String summary) {
        return "# %s%n%n%s%n%n%s%n"
                .formatted(name, escaped(summary), "This page is generated from the commands themselves.");
    }

    @Override
    public String chapter(String text) {
        return "%n## %s%n".formatted(escaped(text));
    }

    @Override
    public String command(String synopsis) {
        return "%n### `%s`%n".formatted(synopsis);
    }

    @Override
    public String paragraph(String text) {
        return "%n%s%n".formatted(escaped(text));
    }

    @Override
    public String definition(String term, String text) {
        return "%n- `%s`: %s".formatted(term, escaped(text));
    }

    @Override
    public String examples(List<String> lines) {
        return "%n```sh%n%s%n```%n".formatted(String.join(System.lineSeparator(), lines));
    }

    private static String escaped(String text) {
        return text.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_");
    }
}
