package dev.webhookdb.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A manual for {@code man}. */
final class Roff implements Markup {
    @Override
    public String title(String name, String summary) {
        return """
                .TH %s 1 "" "WebhookDB %s" "WebhookDB"
                .SH NAME
                %s \\- %s
                """.formatted(name.toUpperCase(Locale.ROOT), Version.number(), name, text(summary));
    }

    @Override
    public String chapter(String text) {
        return ".SH %s\n".formatted(text(text).toUpperCase(Locale.ROOT));
    }

    @Override
    public String command(String synopsis) {
        return ".SS %s\n".formatted(text(synopsis));
    }

    @Override
    public String paragraph(String text) {
        return ".PP\n%s\n".formatted(text(text));
    }

    @Override
    public String definition(String term, String text) {
        return ".TP\n\\fB%s\\fR\n%s\n".formatted(text(term), text(text));
    }

    @Override
    public String examples(List<String> lines) {
        return lines.stream().map(Roff::text).collect(Collectors.joining("\n", ".PP\n.nf\n.RS 4\n", "\n.RE\n.fi\n"));
    }

    /** A line that began with a dot or an apostrophe would be a request to roff. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
