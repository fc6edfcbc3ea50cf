package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.Setting;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** Every setting that decides where secrets are sent is declared to. */
final class DestinationChecks {
    private final Subject subject;

    DestinationChecks(Subject subject) {
        this.subject = subject;
    }

    Stream<DynamicNode> tests() {
        return subject.resource().backfill().stream()
                .filter(declared -> !subject.samples().pages().isEmpty())
                .map(declared -> dynamicTest("what decides where secrets are sent is declared to", this::destinations));
    }

    private void destinations() throws InterruptedException {
        Set<String> usual = hosts(subject.settings());
        for (Setting setting : subject.resource().settings()) {
            boolean undeclared = setting.kind() == Setting.Kind.TEXT && !setting.isDestination();
            Optional<KitSettings> others = undeclared ? subject.settings().withAnother(setting) : Optional.empty();
            if (others.isPresent()) {
                Set<String> hosts = hosts(others.get());
                Require.that(
                        hosts.equals(usual),
                        "With another '%s', requests go to %s and not to %s: whoever may supply it has the secrets sent where he likes."
                                .formatted(setting.name(), hosts, usual),
                        "Declare it as .destination(), so that the host asks for the secrets again.");
            }
        }
    }

    /** Where the first page is asked for; what becomes of the answer, which is for the usual settings, does not matter. */
    private Set<String> hosts(KitSettings settings) throws InterruptedException {
        var listing = new Listing(subject);
        ScriptedHttp http = ScriptedHttp.answering(listing.script()::answer);
        var context = new Listing.Context(
                settings,
                http,
                Optional.empty(),
                Optional.empty(),
                subject.samples().parent());
        try {
            listing.page(Optional.empty(), context);
        } catch (IOException | RuntimeException | AssertionError e) {
            return hosts(http.asked());
        }
        return hosts(http.asked());
    }

    private static Set<String> hosts(List<Script.Asked> asked) {
        return asked.stream().limit(1).map(one -> host(one.url())).collect(Collectors.toSet());
    }

    private static String host(String url) {
        return Optional.ofNullable(URI.create(url).getAuthority()).orElse("");
    }
}
