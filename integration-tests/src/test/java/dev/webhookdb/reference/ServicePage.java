package dev.webhookdb.reference;

import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Conversion;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the user's guide says about one service, taken from its declaration. */
final class ServicePage {
    private final Connector connector;
    private final Resource resource;

    ServicePage(Connector connector, Resource resource) {
        this.connector = connector;
        this.resource = resource;
    }

    String name() {
        return resource.name();
    }

    /** The page as Markdown. */
    String text() {
        return Stream.of(introduction(), settings(), webhooks(), backfill(), versions(), table())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    /** The page's row in the list of all services. */
    String row() {
        return "| [%s](%s.md) | %s | %s | %s | %s |%n"
                .formatted(
                        resource.name(),
                        resource.name(),
                        resource.title(),
                        resource.webhook().isPresent() ? "yes" : "",
                        resource.backfill().map(ServicePage::kind).orElse(""),
                        resource.deletable() ? "yes" : "")
                .replace(System.lineSeparator(), "\n");
    }

    private String introduction() {
        return """
                # %s

                The service `%s` replicates what %s describes at <%s>: one row for each object, identified by `%s`.
                """.formatted(
                        resource.title(),
                        resource.name(),
                        connector.title(),
                        resource.docs(),
                        resource.key().name());
    }

    private String settings() {
        if (resource.settings().isEmpty()) {
            return "";
        }
        return """
                ## Settings

                | setting | for | needed | where to find it |
                | --- | --- | --- | --- |
                %s""".formatted(resource.settings().stream().map(ServicePage::row).collect(Collectors.joining()));
    }

    private static String row(Setting setting) {
        String purpose = switch (setting.purpose()) {
            case WEBHOOK -> "webhooks";
            case BACKFILL -> "the API";
        };
        String needed = setting.required()
                ? "yes"
                : setting.otherwise().map("no: `%s` unless set"::formatted).orElse("no");
        String secret = setting.kind() == Setting.Kind.SECRET ? " (secret)" : "";
        return "| `%s`%s | %s | %s | %s |\n".formatted(setting.name(), secret, purpose, needed, cell(setting.help()));
    }

    private String webhooks() {
        return resource.webhook()
                .map(webhook -> "## Webhooks\n\n" + events(webhook))
                .orElse(
                        "## Webhooks\n\n%s sends no webhooks for this service, or none that are needed: its API is read instead.\n"
                                .formatted(connector.title()));
    }

    private String events(Webhook webhook) {
        if (webhook.events().isEmpty()) {
            return "Direct %s's webhooks to the integration's address. What they say about other objects is ignored.\n"
                    .formatted(connector.title());
        }
        return "Subscribe the integration's address to these events at %s. Others are ignored.\n\n%s"
                .formatted(
                        connector.title(),
                        webhook.events().stream().map("- `%s`\n"::formatted).collect(Collectors.joining()));
    }

    private String backfill() {
        return resource.backfill()
                .map(backfill -> "## Backfill\n\n%s\n".formatted(String.join(" ", sentences(backfill))))
                .orElse("## Backfill\n\n%s cannot list these objects: the table holds what webhooks brought.\n"
                        .formatted(connector.title()));
    }

    private String versions() {
        if (connector.apiVersion().isEmpty()) {
            return "";
        }
        String asked =
                "The API is asked at version %s. `webhookdb integrations info` shows at which webhooks are written.\n"
                        .formatted(connector.apiVersion().get().asked(new Unset()));
        return resource.gaps().isEmpty()
                ? "## Versions of the API\n\n" + asked
                : """
                        ## Versions of the API

                        %s
                        | NULL | at versions | because |
                        | --- | --- | --- |
                        %s""".formatted(
                        asked, resource.gaps().stream().map(ServicePage::row).collect(Collectors.joining()));
    }

    private static String row(Gap gap) {
        String columns = gap.columns().stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
        return "| %s | %s | %s |\n".formatted(columns, gap.versions(), cell(gap.because()));
    }

    /** Settings of an operator who supplied none. */
    private static final class Unset implements Settings {
        @Override
        public String text(Setting setting) {
            return setting.otherwise().orElseThrow();
        }

        @Override
        public Secret secret(Setting setting) {
            throw new IllegalStateException("There is no secret");
        }

        @Override
        public boolean has(Setting setting) {
            return false;
        }
    }

    private List<String> sentences(Backfill backfill) {
        List<String> sentences = new ArrayList<>();
        sentences.add(backfill.parent()
                .map(parent -> "Objects are listed for each row of [%s](%s.md), which has to be replicated, too."
                        .formatted(parent, parent))
                .orElse("Existing objects are listed, page by page."));
        backfill.reach().map(Reach::sentence).ifPresent(sentences::add);
        sentences.add(backfill.overlap()
                .map(overlap -> "A later run asks only for what has changed since the one before, and %s before that."
                        .formatted(time(overlap)))
                .orElse("Every run lists all of them."));
        if (backfill.isRanged()) {
            sentences.add("Ranges of time are listed in parallel.");
        }
        sentences.add(backfill.interval()
                .map(interval ->
                        "The list is read again %s, unless you set another interval.".formatted(every(interval)))
                .orElse("Webhooks keep the table fresh, and a run each day corrects what they left out."));
        connector.rateLimit().map(this::pace).ifPresent(sentences::add);
        return sentences;
    }

    private String pace(RateLimit rate) {
        return "At most %d %s to %s in %s with one credential."
                .formatted(
                        rate.requests(),
                        rate.requests() == 1 ? "request is sent" : "requests are sent",
                        connector.title(),
                        time(rate.period()));
    }

    private static String kind(Backfill backfill) {
        Optional<String> changes = backfill.overlap().map(overlap -> "changes");
        Optional<String> polls = backfill.interval().map(interval -> every(interval));
        String details = Stream.of(changes, polls).flatMap(Optional::stream).collect(Collectors.joining(", "));
        return details.isEmpty() ? "yes" : details;
    }

    private static String every(Duration interval) {
        return "every " + time(interval).replaceFirst("^an? ", "");
    }

    private static String time(Duration duration) {
        if (duration.toDays() > 0 && duration.equals(Duration.ofDays(duration.toDays()))) {
            return counted(duration.toDays(), "day");
        }
        if (duration.toHours() > 0 && duration.equals(Duration.ofHours(duration.toHours()))) {
            return counted(duration.toHours(), "hour");
        }
        if (duration.toMinutes() > 0 && duration.equals(Duration.ofMinutes(duration.toMinutes()))) {
            return counted(duration.toMinutes(), "minute");
        }
        return counted(duration.toSeconds(), "second");
    }

    private static String counted(long count, String unit) {
        return count == 1 ? "a%s %s".formatted(unit.startsWith("h") ? "n" : "", unit) : "%d %ss".formatted(count, unit);
    }

    private String table() {
        String deletions = resource.deletable()
                ? "A deleted object keeps its row: `deleted_at` says since when it is gone."
                : "The provider reports no deletions: rows stay.";
        return """
                ## Table

                Of two states of an object the one with the greater `%s` is kept. %s A value that is missing, or of another type, is NULL.

                | column | type | from | index |
                | --- | --- | --- | --- |
                %s""".formatted(resource.orderedBy().name(), deletions, String.join("", rows()));
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add(row("pk", "bigserial", "this database's own number of the row", "primary key"));
        rows.add(row(resource.key().name(), "text", from(resource.key()), "unique"));
        for (Column column : resource.columns()) {
            rows.add(row(column.name(), Table.typeName(column.type()), from(column), column.indexed() ? "yes" : ""));
        }
        if (resource.deletable()) {
            rows.add(row("deleted_at", "timestamptz", "when the object was deleted", ""));
        }
        rows.add(row("data", "jsonb", "the whole object", ""));
        for (Column column : resource.optionalColumns()) {
            String only = "%s; only with the setting `%s`"
                    .formatted(from(column), column.choice().orElseThrow().name());
            rows.add(row(column.name(), Table.typeName(column.type()), only, column.indexed() ? "yes" : ""));
        }
        return rows;
    }

    private static String row(String name, String type, String from, String index) {
        return "| `%s` | `%s` | %s | %s |\n".formatted(name, type, from, index);
    }

    private static String from(Column column) {
        if (column.fromAsOf()) {
            return "when the state was true" + (column.type() == Column.Type.TIMESTAMP ? "" : ", in Unix seconds");
        }
        String place = place(column.path());
        if (column.sinceNot().isPresent()) {
            return "since when %s is not `%s`"
                    .formatted(place, column.sinceNot().get());
        }
        String others = column.alternatives().stream()
                .map(path -> ", else " + place(path))
                .collect(Collectors.joining());
        return place + others + conversion(column.conversion());
    }

    private static String place(List<String> path) {
        return "`%s`".formatted(cell(String.join(".", path)));
    }

    private static String conversion(Conversion conversion) {
        return switch (conversion) {
            case Conversion.AsIs() -> "";
            case Conversion.UnixSeconds() -> ", given in Unix seconds";
            case Conversion.Rfc2822() -> ", given as in e-mails (RFC 2822)";
            case Conversion.Reference() -> ": the id, also of an expanded object";
            case Conversion.Capture(String pattern) -> ", the part that matches `%s`".formatted(cell(pattern));
            case Conversion.Split(String separator) -> ", cut at `%s`".formatted(cell(separator));
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
