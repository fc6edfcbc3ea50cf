package dev.webhookdb.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.gadget.Gadget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Connectors that believe the wrong ones, or fail to say why not. */
final class VerifyingFaults {
    private VerifyingFaults() {}

    static Stream<Fault> all() {
        return Stream.of(
                new Fault(
                        "believes everybody",
                        new Gadget().verifier((request, settings) -> Verdict.accept()),
                        "The ability SIGNED is claimed but not shown",
                        "Verify the signature over the exact bytes"),
                new Fault(
                        "compares a part of the signature",
                        new Gadget().verifier(VerifyingFaults::comparesAPart),
                        "of the header acme-signature flipped is accepted",
                        "Compare the whole signature"),
                new Fault(
                        "does not look at the body",
                        new Gadget()
                                .verifier((request, settings) ->
                                        request.header("Acme-Signature").isPresent()
                                                ? Verdict.accept()
                                                : Verdict.reject("The signature is missing.")),
                        "The ability SIGNED is claimed but not shown",
                        "Verify the signature over the exact bytes"),
                new Fault(
                        "accepts what is old",
                        new Gadget()
                                .verifier(
                                        Verifiers.timestampedHmac("Acme-Signature", Gadget.SECRET, Duration.ofDays(3))),
                        "The ability REPLAY_PROTECTION is claimed but not shown",
                        "Compare the signed timestamp"),
                new Fault(
                        "throws where a header is missing",
                        new Gadget().verifier((request, settings) -> {
                            String sent = request.header("Acme-Signature").orElseThrow();
                            return sent.isEmpty() ? Verdict.reject("It is empty.") : genuine(request, settings);
                        }),
                        "The verifier throws java.util.NoSuchElementException",
                        "Return Verdict.reject(reason)"),
                new Fault(
                        "tells the expected secret",
                        new Gadget()
                                .verifier((request, settings) -> genuine(request, settings) instanceof Verdict.Reject
                                        ? Verdict.reject("It was not signed with "
                                                + settings.secret(Gadget.SECRET).reveal() + ".")
                                        : Verdict.accept()),
                        "A secret stands in the reason for a rejection",
                        "do not put Secret.reveal()"),
                new Fault(
                        "returns null",
                        new Gadget()
                                .verifier((request, settings) ->
                                        genuine(request, settings) instanceof Verdict.Reject ? null : Verdict.accept()),
                        "The verifier returned null",
                        "Return Verdict.accept()"),
                new Fault(
                        "verifies with what is asked for with backfills only",
                        new Gadget().verifier((request, settings) -> {
                            settings.secret(Gadget.KEY);
                            return genuine(request, settings);
                        }),
                        "cannot be verified with what is asked for with webhooks",
                        "Declare the setting with Purpose.WEBHOOK"),
                new Fault(
                        "uses a setting that nobody is asked for",
                        new Gadget().verifier((request, settings) -> {
                            settings.has(
                                    Setting.of("region", Setting.Kind.TEXT, Setting.Purpose.WEBHOOK, "Where it is."));
                            return genuine(request, settings);
                        }),
                        "uses the setting 'region', which the resource does not declare",
                        "Add it to settings(...)"));
    }

    private static Verdict genuine(Request request, Settings settings) {
        return Verifiers.timestampedHmac("Acme-Signature", Gadget.SECRET, Duration.ofMinutes(5))
                .verify(request, settings);
    }

    private static Verdict comparesAPart(Request request, Settings settings) {
        String sent = request.header("Acme-Signature").orElse("");
        String seconds = sent.length() > 12 ? sent.substring(2, 12) : "";
        byte[] expected = settings.secret(Gadget.SECRET)
                .hmac("HmacSHA256", ByteBuffer.wrap((seconds + ".").getBytes(UTF_8)), request.body());
        String start = "t=%s,v1=%s".formatted(seconds, HexFormat.of().formatHex(expected, 0, 8));
        return sent.startsWith(start) ? Verdict.accept() : Verdict.reject("The signature does not match.");
    }
}
