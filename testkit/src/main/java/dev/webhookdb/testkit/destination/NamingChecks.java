package dev.webhookdb.testkit.destination;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.destination.Destination;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What a destination says of itself, and which URLs it takes. */
final class NamingChecks {
    private static final String SECRET = "s3cr3t";

    private final DestinationConformance kit;

    NamingChecks(DestinationConformance kit) {
        this.kit = kit;
    }

    Stream<DynamicNode> tests() {
        return Stream.of(
                dynamicTest("its id and title are names", this::names),
                dynamicTest("its schemes are in lower case", this::schemes),
                dynamicTest("its example is a URL that it takes", this::example),
                dynamicTest(
                        "the URL of this test is one that it takes",
                        () -> kit.destination().check(kit.url())),
                dynamicTest("URLs that lead nowhere are refused, without the password", this::nonsense));
    }

    private void names() {
        Destination destination = kit.destination();
        Complaint.unless(
                destination.id().matches("[a-z][a-z0-9_-]{0,62}"),
                "The id is '%s'.".formatted(destination.id()),
                "Take a short name of a-z, 0-9, _ and -.");
        Complaint.unless(!destination.title().isBlank(), "The title is blank.", "Return the name that people know.");
    }

    private void schemes() {
        List<String> schemes = kit.destination().schemes();
        Complaint.unless(!schemes.isEmpty(), "It has no schemes.", "Return those of its URLs, at least one.");
        Complaint.unless(
                schemes.stream().allMatch(scheme -> scheme.matches("[a-z][a-z0-9+.-]*")),
                "Its schemes are %s.".formatted(schemes),
                "Return schemes as they are at the beginning of URLs, in lower case.");
        Complaint.unless(
                schemes.contains(kit.url().getScheme()),
                "The URL of this test has the scheme '%s', which is none of %s."
                        .formatted(kit.url().getScheme(), schemes),
                "Return all schemes.");
    }

    private void example() {
        URI example = URI.create(kit.destination().example());
        Complaint.unless(
                kit.destination().schemes().contains(example.getScheme()),
                "The example '%s' has none of the schemes.".formatted(example),
                "Return a URL that people can take as a pattern.");
        kit.destination().check(example);
    }

    private void nonsense() {
        String scheme = kit.destination().schemes().getFirst();
        List<URI> urls = new ArrayList<>(kit.nonsense());
        urls.add(URI.create(scheme + ":opaque"));
        urls.add(URI.create(scheme + ":///nowhere"));
        urls.add(URI.create(scheme + "://user:" + SECRET + "@host:99999/database"));
        urls.forEach(url -> {
            try {
                kit.destination().check(url);
            } catch (IllegalArgumentException e) {
                Complaint.sentence("The URL '%s'".formatted(url), e.getMessage(), SECRET);
                return;
            }
            Complaint.unless(false, "The URL '%s' is not refused.".formatted(url), "Refuse it in check().");
        });
    }
}
