package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Settings;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What is listed has the shape that its columns were checked against, because it is asked for at the version that is declared. */
final class VersionChecks {
    private final Subject subject;

    VersionChecks(Subject subject) {
        this.subject = subject;
    }

    Stream<DynamicNode> tests() {
        return subject.samples().pages().isEmpty()
                ? Stream.of()
                : subject.connector().apiVersion().stream()
                        .map(version -> dynamicTest(
                                "every request asks for the version that is declared", () -> declared(version)));
    }

    private void declared(ApiVersion version) throws IOException, InterruptedException {
        String usual = version.asked(subject.settings());
        for (Listing.Step step : new Listing(subject).everything()) {
            step.asked().forEach(asked -> requireAsked(asked, usual));
        }
        for (KitSettings others : otherSettings()) {
            String other = version.asked(others);
            if (!other.equals(usual)) {
                firstRequests(others).forEach(asked -> requireAsked(asked, other));
            }
        }
    }

    private List<KitSettings> otherSettings() {
        return subject.resource().settings().stream()
                .flatMap(setting -> subject.settings().withAnother(setting).stream())
                .toList();
    }

    private List<Script.Asked> firstRequests(Settings settings) throws IOException, InterruptedException {
        var listing = new Listing(subject);
        ScriptedHttp http = ScriptedHttp.answering(listing.script()::first);
        Listing.Context usual = listing.context(http);
        listing.page(
                Optional.empty(), new Listing.Context(settings, http, usual.since(), usual.range(), usual.parent()));
        return http.asked();
    }

    private static void requireAsked(Script.Asked asked, String version) {
        Stream<String> path =
                Stream.of(Objects.requireNonNullElse(URI.create(asked.url()).getPath(), "")
                        .split("/"));
        boolean carried = Stream.of(path, asked.query().values().stream(), asked.headers().values().stream())
                .flatMap(texts -> texts)
                .anyMatch(version::equals);
        Require.that(
                carried,
                "The connector declares that it asks for version %s, which the request %s carries neither in a header nor in its path or its parameters."
                        .formatted(version, asked.key()),
                "Send ApiVersion.asked(settings) with every request, in the way of the provider, or correct apiVersion().");
    }
}
